"""What a command says when it cannot do what was asked: one sentence, exit status 1."""

from collections.abc import Sequence

from activities.errors import UserFacingError


class CommandError(UserFacingError):
    """Base of what a command refuses; the message is one sentence for a person."""


class ConfigurationError(CommandError):
    """Temporal's own configuration cannot be read, or what it names cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the configuration of Temporal does not work: {reason}")


class TemporalUnreachableError(CommandError):
    """Nothing answers where Temporal is configured to be."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"Temporal at {address} does not answer; `make run` starts one, "
            "and TEMPORAL_ADDRESS names another"
        )


class AccessDeniedError(CommandError):
    """Temporal answers, and its certificate or ours keeps us out."""


class ServerRefusedError(CommandError):
    """The server answered a call, and turned it down."""

    def __init__(self, status: str, message: str) -> None:
        first = (message.strip() or "without a reason").splitlines()[0]
        super().__init__(f"Temporal turned the call down ({status.lower()}): {first}")


class NoWorkerError(CommandError):
    """The server answers, and no worker does."""

    def __init__(self) -> None:
        super().__init__("no worker answers for this sentence; `python worker.py` starts one")


class UnknownLawError(CommandError):
    """No edition, or no calendar, of this name is on the shelf."""

    def __init__(self, thing: str, name: str, held: Sequence[str]) -> None:
        super().__init__(f"no {thing} {name} is on the shelf; it holds: {', '.join(held)}")


class UnknownSentenceError(CommandError):
    """No sentence has this CRN and event number."""

    def __init__(self, crn: str, event_number: str) -> None:
        super().__init__(
            f"there is no sentence {crn} {event_number}; `send` starts one with its first event"
        )


class ClosedSentenceError(CommandError):
    """The file of the sentence is closed: no event reaches it any more.

    Attributes:
        line: Where a stream broke off; what stood before it was sent.
    """

    def __init__(self, crn: str, event_number: str, line: int | None = None) -> None:
        self.line = line
        where = f"the stream broke off before line {line}: " if line is not None else ""
        super().__init__(
            f"{where}the file of sentence {crn} {event_number} is closed and takes no more events"
        )


class UnreadableEventError(CommandError):
    """What was to be sent is no event; nothing was sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"nothing was sent: {reason}")


class FileError(CommandError):
    """A file that was named cannot be read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}")


class DeadLettersError(CommandError):
    """Messages of other systems could not become events; nothing of them is lost."""

    def __init__(self, count: int) -> None:
        what = "1 message is" if count == 1 else f"{count} messages are"
        super().__init__(f"{what} parked; `parked list` shows what waits, and why")


class UnknownMessageError(CommandError):
    """Not exactly one parked message has a digest that begins so."""

    def __init__(self, start: str, found: int) -> None:
        super().__init__(f"{found or 'no'} parked messages begin with {start[:32]}")
