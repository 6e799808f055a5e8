"""Request handlers of the codec server; each request leaves one line in the audit log.

The audit names the person, the namespace and the sentences, and nothing of the payloads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from google.protobuf.json_format import MessageToJson, Parse, ParseError
from starlette.requests import Request
from starlette.responses import Response
from temporalio.api.common.v1 import Payload, Payloads

from activities.crypto.envelope import Signer
from activities.crypto.keys import KeyProvider
from runtime.codec_server.auth import Principal, Right
from runtime.codec_server.payloads import (
    CodecResult,
    NotPlainError,
    decrypt_payloads,
    encrypt_payloads,
)
from runtime.http.auth import Authenticator, authenticate, loggable_name
from runtime.http.bodies import NO_STORE, ProblemError, read_json_body
from runtime.http.rate_limit import RateLimiter
from runtime.logs import get_logger

MAX_BYTES: Final = 8 * 1024 * 1024
"""Largest request: a page of history, whose payloads have at most 2 MiB each."""

MAX_PAYLOADS: Final = 2_000

SENTENCE_HEADER: Final = "x-sentence"
"""Header with the workflow id of the sentence that payloads are encrypted for."""
KIND_HEADER: Final = "x-kind"
"""Header with the name of the signal that the payloads are encrypted for."""
NAMESPACE_HEADER: Final = "x-namespace"
"""Header in which Temporal's UI and CLI send the namespace."""

_NO_PAYLOADS: Final = '{"payloads": []}'
_UNKNOWN_ORIGIN: Final = "the origin of this page is not listed in SENTENCES_CODEC_ORIGINS"
_NOT_PAYLOADS: Final = "the body is not the JSON of Temporal's Payloads"
_TOO_MANY_PAYLOADS: Final = f"a request may have at most {MAX_PAYLOADS:,} payloads"
_UNBOUND: Final = (
    f"set {SENTENCE_HEADER} to the workflow id and {KIND_HEADER} to the kind of event to encrypt "
    "for"
)
_NOT_PLAIN: Final = (
    'only json/plain payloads can be encrypted, those of the update submit as {"kind": ..., '
    '"data": ...}'
)

_log = get_logger("codec")


@dataclass(frozen=True)
class CodecHandlers:
    """Handlers of `/decode` and `/encode`.

    Attributes:
        keys: Keys to encrypt and decrypt with.
        authenticator: Identifies the person who calls.
        rate_limiter: Limits the requests of one person.
        origins: Origins of the web pages that may call, read at each request.
        signer: Signs the messages encrypted here; None leaves them unsigned.
        accepts_plain: Whether the sentences accept readable messages, as those of `make run` do;
            payloads for which no sentence is named then stay readable.
    """

    keys: KeyProvider
    authenticator: Authenticator[Principal]
    rate_limiter: RateLimiter
    origins: Sequence[str]
    signer: Signer | None = None
    accepts_plain: bool = False

    async def decode(self, request: Request) -> Response:
        """Respond with the payloads decrypted; those that cannot be are returned unchanged."""

        def convert(payloads: Sequence[Payload]) -> CodecResult:
            return decrypt_payloads(self.keys, payloads)

        return await self._respond(request, Right.DECODE, convert)

    async def encode(self, request: Request) -> Response:
        """Respond with the payloads encrypted for the sentence and kind named in the headers.

        No payloads need no names.
        """
        workflow_id = request.headers.get(SENTENCE_HEADER, "")
        kind = request.headers.get(KIND_HEADER, "")

        def convert(payloads: Sequence[Payload]) -> CodecResult:
            if not payloads or (self.accepts_plain and not (workflow_id or kind)):
                return CodecResult(list(payloads), [])
            if not workflow_id or not kind:
                raise ProblemError(HTTPStatus.BAD_REQUEST, "unbound", _UNBOUND)
            try:
                return encrypt_payloads(
                    self.keys, self.signer, payloads, workflow_id=workflow_id, kind=kind
                )
            except NotPlainError:
                raise ProblemError(HTTPStatus.BAD_REQUEST, "not_plain", _NOT_PLAIN) from None

        return await self._respond(request, Right.ENCODE, convert)

    async def _respond(
        self,
        request: Request,
        right: Right,
        convert: Callable[[Sequence[Payload]], CodecResult],
    ) -> Response:
        caller = ""
        namespace = request.headers.get(NAMESPACE_HEADER, "")
        try:
            self._check_origin(request)
            principal = await authenticate(request, self.authenticator)
            caller = principal.subject
            self.rate_limiter.check(caller)
            _check_right(principal, right)
            result = convert(await read_payloads(request))
        except ProblemError as error:
            _audit_refusal(caller, right, namespace, error.problem.code)
            return error.response()
        _audit(caller, right, namespace, result)
        text = _NO_PAYLOADS
        if result.payloads:
            text = MessageToJson(Payloads(payloads=result.payloads), indent=None)
        return Response(text, headers=NO_STORE, media_type="application/json")

    def _check_origin(self, request: Request) -> None:
        # Only browsers send an origin.
        origin = request.headers.get("origin")
        if origin is not None and origin not in self.origins:
            raise ProblemError(HTTPStatus.FORBIDDEN, "unknown_origin", _UNKNOWN_ORIGIN)


async def read_payloads(request: Request) -> list[Payload]:
    """Return the payloads in the request's body.

    Raises:
        ProblemError: If it is too large, or is not the JSON of Temporal's Payloads.
    """
    body = await read_json_body(request, MAX_BYTES)
    try:
        found = Parse(body, Payloads(), ignore_unknown_fields=True)
    except (ParseError, UnicodeDecodeError, RecursionError):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "not_json", _NOT_PAYLOADS) from None
    if len(found.payloads) > MAX_PAYLOADS:
        raise ProblemError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_many_payloads", _TOO_MANY_PAYLOADS
        )
    return list(found.payloads)


def _check_right(principal: Principal, right: Right) -> None:
    if right not in principal.rights:
        reason = f"you do not have the right to {right.value}"
        raise ProblemError(HTTPStatus.FORBIDDEN, "no_right", reason)


def _audit(caller: str, right: Right, namespace: str, result: CodecResult) -> None:
    _log.info(
        "payloads_decrypted" if right is Right.DECODE else "payloads_encrypted",
        who=loggable_name(caller),
        namespace=namespace,
        workflow_ids=result.workflow_ids,
        payloads=len(result.payloads),
        not_decrypted=result.not_decrypted,
    )


def _audit_refusal(caller: str, right: Right, namespace: str, code: str) -> None:
    # Without a valid token there is no name to log.
    _log.warning(
        "request_refused",
        who=loggable_name(caller) if caller else None,
        right=right.value,
        namespace=namespace,
        reason_code=code,
    )
