"""Errors that several commands report: one sentence each, with exit status 1."""

from pathlib import Path

from activities.errors import UserFacingError


class CommandError(UserFacingError):
    """Base class of the refusals of a command."""


class ConfigurationError(CommandError):
    """Temporal's own configuration cannot be read, or a file that it names cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the Temporal configuration is not usable: {reason}")


class TemporalUnreachableError(CommandError):
    """Nothing answers at the configured address of Temporal."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"Temporal at {address} does not answer; `make run` starts a server, "
            "TEMPORAL_ADDRESS sets another address"
        )


class AccessDeniedError(CommandError):
    """Temporal answers but refuses the connection, or its certificate is not trusted."""


class ServerRefusedError(CommandError):
    """Temporal answered a call with an error."""

    def __init__(self, status: str, message: str) -> None:
        first = (message.strip() or "no reason given").splitlines()[0]
        super().__init__(f"Temporal refused the call ({status.lower()}): {first}")


class NoWorkerError(CommandError):
    """Temporal answers, but no worker polls the queue of the sentence."""

    def __init__(self) -> None:
        super().__init__("no worker answers for this sentence; start one with `python worker.py`")


class UnknownSentenceError(CommandError):
    """No sentence has this CRN and event number."""

    def __init__(self, crn: str, event_number: str) -> None:
        super().__init__(
            f"there is no sentence {crn} {event_number}; "
            "`send` starts a sentence with its first event"
        )


class ClosedSentenceError(CommandError):
    """The file of the sentence is closed: it takes no more events.

    Attributes:
        line: Line at which a stream stopped; the lines before it were sent.
    """

    def __init__(self, crn: str, event_number: str, line: int | None = None) -> None:
        self.line = line
        where = f"the stream stopped before line {line}: " if line is not None else ""
        super().__init__(
            f"{where}the file of sentence {crn} {event_number} is closed and takes no more events"
        )


class UnreadableEventError(CommandError):
    """The given data are not a valid event; nothing was sent."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"nothing was sent: {reason}")


class UnreadableFileError(CommandError):
    """A given file cannot be read."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}")


class OutputFileError(CommandError):
    """An output file cannot be written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} was not written: {reason}")


class DeadLettersError(CommandError):
    """Messages of other systems became dead letters: each is kept, none became an event."""

    def __init__(self, count: int) -> None:
        became = "1 message became a dead letter"
        if count != 1:
            became = f"{count} messages became dead letters"
        super().__init__(f"{became}; `dead-letters list` shows the reasons")
