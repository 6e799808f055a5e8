"""Authorisation of the codec server's callers: a person's roles give the rights to the codec."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from runtime.http.auth import TokenVerifier, bearer_token
from runtime.http.settings import CodecServerSettings


class Right(Enum):
    """Operation of the codec that a person may be allowed to use."""

    DECODE = "decode"
    ENCODE = "encode"


@dataclass(frozen=True, slots=True)
class Principal:
    """Authenticated person, by the issuer's name for them, and their rights."""

    subject: str
    rights: frozenset[Right]


class RoleAuth:
    """Authenticator of people with a token of the issuer, whose roles give them rights."""

    def __init__(self, settings: CodecServerSettings, issuer: str) -> None:
        self._tokens = TokenVerifier(issuer, settings.audience)
        self._roles_claim = settings.roles_claim
        self._roles = {Right.DECODE: settings.decode_role, Right.ENCODE: settings.encode_role}

    async def authenticate(self, authorization: str | None) -> Principal:
        """Return the person whom the token identifies, with the rights of its roles.

        Raises:
            AuthenticationError: If there is no token, or it is not valid here and now.
        """
        claims = await self._tokens.verify(bearer_token(authorization))
        roles = _roles(claims, self._roles_claim)
        rights = frozenset(right for right, role in self._roles.items() if role in roles)
        return Principal(str(claims["sub"]), rights)


def _roles(claims: dict[str, Any], path: str) -> frozenset[str]:
    # Some issuers name a claim by a URL, so try the whole path as a name before its parts.
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, str):
        found = found.split()
    return frozenset(str(role) for role in found) if isinstance(found, list) else frozenset()
