"""Answer who asks for payloads opened or sealed: known by a token, counted, and audited first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Final

from google.protobuf.json_format import MessageToJson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from temporalio.api.common.v1 import Payload, Payloads

from activities.sealing.envelope import Signer
from activities.sealing.keys import Keys
from runtime.codec_server import audit
from runtime.codec_server.asking import (
    KIND,
    NAMESPACE,
    SENTENCE,
    RefusedError,
    payloads_of,
    turn_away_strangers,
)
from runtime.codec_server.opening import NotPlainError, Reading, open_payloads, seal_payloads
from runtime.codec_server.pace import Pace
from runtime.codec_server.rights import Guard, NotAdmittedError, Person, Right

_UNBOUND: Final = f"what is sealed is bound to a sentence: say it in {SENTENCE}, its kind in {KIND}"
_NOT_PLAIN: Final = "only json/plain is sealed"
_NO_TOKEN: Final = "a token that holds here is wanted"  # noqa: S105 - a sentence, no password
_TOO_MANY: Final = "too many requests by one person"
_NEVER_KEPT: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True)
class Desk:
    """What answers: the keys, who may ask, and how often."""

    keys: Keys
    guard: Guard
    pace: Pace
    origins: Sequence[str]
    signer: Signer | None = None

    async def decode(self, request: Request) -> Response:
        """Answer payloads opened; what cannot be opened comes back as it is."""

        def read(payloads: Sequence[Payload]) -> Reading:
            return open_payloads(self.keys, payloads)

        return await self._answer(request, Right.DECODE, read)

    async def encode(self, request: Request) -> Response:
        """Answer payloads sealed as letters of the kind, for the sentence, that headers name."""
        workflow_id, kind = (request.headers.get(name, "") for name in (SENTENCE, KIND))

        def read(payloads: Sequence[Payload]) -> Reading:
            if not workflow_id or not kind:
                raise RefusedError(HTTPStatus.BAD_REQUEST, "unbound", _UNBOUND)
            try:
                return seal_payloads(self.keys, self.signer, payloads, workflow_id, kind)
            except NotPlainError:
                raise RefusedError(HTTPStatus.BAD_REQUEST, "not_plain", _NOT_PLAIN) from None

        return await self._answer(request, Right.ENCODE, read)

    async def _answer(
        self, request: Request, right: Right, read: Callable[[Sequence[Payload]], Reading]
    ) -> Response:
        who = ""
        namespace = request.headers.get(NAMESPACE, "")
        try:
            turn_away_strangers(request, self.origins)
            person = await self._admitted(request)
            who = person.subject
            self._allowed(person, right)
            found = read(await payloads_of(request))
        except RefusedError as refusal:
            audit.refused(who, right, namespace, refusal.code)
            body = {"code": refusal.code, "reason": refusal.reason}
            return JSONResponse(body, refusal.status, _NEVER_KEPT | refusal.headers)
        audit.answered(who, right, namespace, found)
        text = MessageToJson(Payloads(payloads=found.payloads), indent=None)
        return Response(text, headers=_NEVER_KEPT, media_type="application/json")

    async def _admitted(self, request: Request) -> Person:
        try:
            return await self.guard.admit(request.headers.get("authorization"))
        except NotAdmittedError as error:
            asked = {"WWW-Authenticate": "Bearer"}
            raise RefusedError(HTTPStatus.UNAUTHORIZED, error.code, _NO_TOKEN, asked) from None

    def _allowed(self, person: Person, right: Right) -> None:
        wait = self.pace.wait_for(person.subject)
        if wait > 0:
            later = {"Retry-After": str(ceil(wait))}
            raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "too_many", _TOO_MANY, later)
        if right not in person.rights:
            reason = f"the right to {right.value} is wanted"
            raise RefusedError(HTTPStatus.FORBIDDEN, "no_right", reason)
