"""What every fact of the standards has in common: strictness, names, a place in a document.

The models are strict: an unknown key, a wrong type or a missing citation is refused.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from states.errors import StatesError

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""What a contact was, as `contact_recorded` names it, or an agency."""
Ambiguity = Annotated[str, StringConstraints(pattern=r"^AMB-\d\d$")]


class ContradictionError(StatesError, ValueError):
    """Facts contradict each other; the message is the rule that they break."""


def demand(holds: object, rule: str) -> None:
    """Refuse facts of which `rule` does not hold.

    Raises:
        ContradictionError: If `holds` is false.
    """
    if not holds:
        raise ContradictionError(rule)


class Facts(BaseModel):
    """A frozen model of facts that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Citation(Facts):
    """Where a rule stands."""

    document: Name
    """Key of a document that the edition lists."""
    reference: Text
    """Paragraph or heading, as a reader of the document finds it: "5(a)"."""
    lines: tuple[Text, ...] = ()
    """Places in our copy of the text, for whoever checks it again; never shown."""
