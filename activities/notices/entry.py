"""One entry of the directory: role, codes, channel and address."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from activities.notices.addresses import mail_fault, web_fault
from states.events.fields import Code
from states.recipients import CODES, RECIPIENTS

Line = Annotated[str, Field(max_length=500)]


class By(StrEnum):
    """The channels."""

    FOLDER = "folder"
    SMTP = "smtp"
    WEBHOOK = "webhook"


class Entry(BaseModel):
    """One recipient: of which role, for which codes, by which channel, at which address."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    role: str
    channel: By
    address: Line = ""
    note: Line = ""
    """For whoever reads the file."""
    name: Line | None = None
    telephone: Line | None = None
    email: Line | None = None
    post: Line | None = None
    """How documents say that an officer is reached: name, telephone, email and postal address."""
    officer: Code | None = None
    stakeholder: Code | None = None
    provider_code: Code | None = None
    area: Code | None = None
    court: Code | None = None
    prison: Code | None = None
    organisation: Code | None = None
    provider: Code | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.role not in RECIPIENTS:
            message = f"nobody is told as {self.role[:40]!r}; the roles are {', '.join(RECIPIENTS)}"
            raise ValueError(message)
        fault = _address_fault(self.channel, self.address)
        if fault is not None:
            raise ValueError(fault)
        return self

    @property
    def codes(self) -> dict[str, str]:
        """The codes for which it stands, the most telling first; none for the default."""
        found = {name: getattr(self, name) for name in CODES}
        return {name: code for name, code in found.items() if code is not None}

    def matches(self, recipient: str, route: Mapping[str, str]) -> bool:
        """Return whether it stands for that recipient of a case with these codes."""
        return self.role == recipient and self.codes.items() <= route.items()

    @property
    def contact(self) -> dict[str, str]:
        """What is known of how to reach them, as documents name it."""
        found = {
            "name": self.name,
            "telephone": self.telephone,
            "email": self.email,
            "address": self.post,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def specificity(self) -> tuple[bool, ...]:
        """How telling its codes are: of two entries that fit, the greater one is meant."""
        return tuple(name in self.codes for name in CODES)

    def __str__(self) -> str:
        """Return the entry as a person is told of it: its role, and the codes that it is for."""
        codes = ", ".join(f"{name} {code}" for name, code in self.codes.items())
        return f"{self.role} of {codes}" if codes else f"{self.role} (default)"


def _address_fault(channel: By, address: str) -> str | None:
    if channel is By.FOLDER:
        return "the folder takes no address" if address else None
    fault = mail_fault(address) if channel is By.SMTP else web_fault(address)
    return None if fault is None else f"the address {fault}"
