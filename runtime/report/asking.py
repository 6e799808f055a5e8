"""Read what a request asks for; what cannot be read is refused, and nothing of it repeated."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Final

from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from runtime.report.scope import Kinds, Scope
from states.events.fields import Code

ASKED: Final = ("provider", "from", "to")
"""What a whole report can be limited by, as the address has it."""

DIGITS: Final = 8
"""Digits of the number of a page: more than any list has."""

_CODE: Final[TypeAdapter[str]] = TypeAdapter(Code)


def asked_by(request: Request, now: datetime, kinds: Kinds) -> tuple[Scope, dict[str, str]]:
    """Return what is asked for, and the same as the address has it, without what is empty.

    Raises:
        HTTPException: If a provider is no code, or a day is no date.
    """
    given = request.query_params
    query = {name: given[name] for name in ASKED if given.get(name)}
    try:
        provider = _CODE.validate_python(query["provider"]) if "provider" in query else None
        first, last = (_day(query.get(name)) for name in ("from", "to"))
    except (ValidationError, ValueError):
        said = "A provider is a code, and a day is written as 2026-11-22."
        raise HTTPException(HTTPStatus.BAD_REQUEST, said) from None
    return Scope(now, kinds, provider, first, last), query


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def page_asked(request: Request) -> int:
    """Return the number of the page that is asked for; the first where it is no number."""
    text = request.query_params.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 1
