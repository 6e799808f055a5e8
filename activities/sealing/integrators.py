"""Know the integrators: which keys are theirs, and for whom each may speak."""

import binascii
from base64 import b64decode
from pathlib import Path
from typing import Annotated, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from activities.sealing.watched import SealingFileError
from activities.standards import InvalidFileError, read_file
from states.vocabulary import Role

_NO_KEY: Final = "32 bytes in base64 are wanted, the raw Ed25519 public key"
_TWICE: Final = "an integrator, or a key, has an id that stands twice"

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


def _public(text: str) -> str:
    try:
        Ed25519PublicKey.from_public_bytes(b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise ValueError(_NO_KEY) from None
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class PublicKey(_Strict):
    """A key with which an integrator signs."""

    id: Code
    public: Annotated[str, AfterValidator(_public)]
    """The 32 raw bytes in base64."""
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    """When it ends, not included. To revoke a key, put a past moment here, or take the key out."""

    def key(self) -> Ed25519PublicKey:
        """Return the key itself."""
        return Ed25519PublicKey.from_public_bytes(b64decode(self.public))


class Integrator(_Strict):
    """A system that sends, and for whom it may speak."""

    id: Code
    organisations: tuple[Code, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    kinds: tuple[Code, ...] | None = None
    """The kinds that it may send; all of them where this is left out."""
    keys: tuple[PublicKey, ...] = Field(min_length=1)


class IntegratorFile(_Strict):
    """What the file holds."""

    integrators: tuple[Integrator, ...]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        integrators = [integrator.id for integrator in self.integrators]
        keys = [key.id for integrator in self.integrators for key in integrator.keys]
        if len(set(integrators)) != len(integrators) or len(set(keys)) != len(keys):
            raise ValueError(_TWICE)
        return self


def read_integrators(path: Path) -> IntegratorFile:
    """Return what the YAML file says.

    Raises:
        SealingFileError: If it cannot be read, or holds a mistake.
    """
    try:
        return read_file(path.parent, path.name, IntegratorFile)
    except InvalidFileError as error:
        raise SealingFileError(str(error).removeprefix(f"{path.name}: ")) from None
