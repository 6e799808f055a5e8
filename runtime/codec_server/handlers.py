"""Read a request to the codec server: whose page it comes from, and the payloads in it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Final

from google.protobuf.json_format import MessageToJson, Parse, ParseError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from temporalio.api.common.v1 import Payload, Payloads

from activities.crypto.envelope import Signer
from activities.crypto.keys import KeyProvider
from runtime.codec_server import audit
from runtime.codec_server.payloads import (
    CodecResult,
    NotPlainError,
    decrypt_payloads,
    encrypt_payloads,
)
from runtime.http.auth import AuthenticationError, Authenticator, Principal, Right
from runtime.http.rate_limit import RateLimiter

MAX_BYTES: Final = 8 * 1024 * 1024
"""What one request may hold: a page of history, whose payloads are 2 MiB each at most."""

MAX_PAYLOADS: Final = 2_000

SENTENCE_HEADER: Final = "x-sentence"
"""Header with the workflow id for which payloads are to be sealed."""
KIND_HEADER: Final = "x-kind"
"""Header with the name of the signal in which they will go."""
NAMESPACE_HEADER: Final = "x-namespace"
"""Header in which Temporal's UI and program say the namespace."""

_STRANGER: Final = "the page that asks is not on the list of SENTENCES_CODEC_ORIGINS"
_NOT_JSON: Final = "the JSON of Temporal's Payloads is wanted, as application/json"
_TOO_LARGE: Final = f"at most {MAX_BYTES:,} bytes and {MAX_PAYLOADS:,} payloads are taken at once"


class RequestRefusedError(Exception):
    """A request that is answered with a status and a sentence of ours."""

    def __init__(
        self, status: HTTPStatus, code: str, reason: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(reason)
        self.status, self.code, self.reason = status, code, reason
        self.headers = headers or {}


def check_origin(request: Request, origins: Sequence[str]) -> None:
    """Refuse a page that is not listed. A program names no page, and passes.

    Raises:
        RefusedError: If the browser says that another page asks.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin not in origins:
        raise RequestRefusedError(HTTPStatus.FORBIDDEN, "stranger", _STRANGER)


async def read_payloads(request: Request) -> list[Payload]:
    """Return the payloads in the request's body.

    Raises:
        RefusedError: If it is too large, or holds none.
    """
    # A form of another page can post any text, but not say that it is JSON.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise RequestRefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", _NOT_JSON)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise RequestRefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", _TOO_LARGE)
    try:
        found = Parse(bytes(body), Payloads(), ignore_unknown_fields=True)
    except (ParseError, UnicodeDecodeError, RecursionError):
        raise RequestRefusedError(HTTPStatus.BAD_REQUEST, "not_json", _NOT_JSON) from None
    if len(found.payloads) > MAX_PAYLOADS:
        raise RequestRefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", _TOO_LARGE)
    return list(found.payloads)


_UNBOUND: Final = (
    f"what is sealed is bound to a sentence: say it in {SENTENCE_HEADER}, its kind in {KIND_HEADER}"
)
_NOT_PLAIN: Final = "only json/plain is sealed"
_NO_TOKEN: Final = "a token that holds here is wanted"  # noqa: S105 - a sentence, no password
_TOO_MANY: Final = "too many requests by one person"
_NEVER_KEPT: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class CodecHandlers:
    """What answers: the keys, who may ask, and how often."""

    keys: KeyProvider
    guard: Authenticator
    pace: RateLimiter
    origins: Sequence[str]
    signer: Signer | None = None

    async def decode(self, request: Request) -> Response:
        """Answer payloads opened; what cannot be opened comes back as it is."""

        def read(payloads: Sequence[Payload]) -> CodecResult:
            return decrypt_payloads(self.keys, payloads)

        return await self._answer(request, Right.DECODE, read)

    async def encode(self, request: Request) -> Response:
        """Answer payloads sealed as letters of the kind, for the sentence, that headers name."""
        workflow_id, kind = (
            request.headers.get(name, "") for name in (SENTENCE_HEADER, KIND_HEADER)
        )

        def read(payloads: Sequence[Payload]) -> CodecResult:
            if not workflow_id or not kind:
                raise RequestRefusedError(HTTPStatus.BAD_REQUEST, "unbound", _UNBOUND)
            try:
                return encrypt_payloads(self.keys, self.signer, payloads, workflow_id, kind)
            except NotPlainError:
                raise RequestRefusedError(HTTPStatus.BAD_REQUEST, "not_plain", _NOT_PLAIN) from None

        return await self._answer(request, Right.ENCODE, read)

    async def _answer(
        self, request: Request, right: Right, read: Callable[[Sequence[Payload]], CodecResult]
    ) -> Response:
        who = ""
        namespace = request.headers.get(NAMESPACE_HEADER, "")
        try:
            check_origin(request, self.origins)
            person = await self._admitted(request)
            who = person.subject
            self._allowed(person, right)
            found = read(await read_payloads(request))
        except RequestRefusedError as refusal:
            audit.refused(who, right, namespace, refusal.code)
            body = {"code": refusal.code, "reason": refusal.reason}
            return JSONResponse(body, refusal.status, _NEVER_KEPT | refusal.headers)
        audit.answered(who, right, namespace, found)
        text = MessageToJson(Payloads(payloads=found.payloads), indent=None)
        return Response(text, headers=_NEVER_KEPT, media_type="application/json")

    async def _admitted(self, request: Request) -> Principal:
        try:
            return await self.guard.admit(request.headers.get("authorization"))
        except AuthenticationError as error:
            asked = {"WWW-Authenticate": "Bearer"}
            raise RequestRefusedError(
                HTTPStatus.UNAUTHORIZED, error.code, _NO_TOKEN, asked
            ) from None

    def _allowed(self, person: Principal, right: Right) -> None:
        wait = self.pace.wait_for(person.subject)
        if wait > 0:
            later = {"Retry-After": str(ceil(wait))}
            raise RequestRefusedError(HTTPStatus.TOO_MANY_REQUESTS, "too_many", _TOO_MANY, later)
        if right not in person.rights:
            reason = f"the right to {right.value} is wanted"
            raise RequestRefusedError(HTTPStatus.FORBIDDEN, "no_right", reason)
