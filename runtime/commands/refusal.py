"""What a command says when it cannot do what was asked: one sentence, exit status 1."""


class CommandError(Exception):
    """Base of what a command refuses; the message is one sentence for a person."""


class UnreachableError(CommandError):
    """Nothing answers where Temporal is configured to be."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"Temporal at {address} does not answer; `make run` starts one, "
            "and TEMPORAL_ADDRESS names another"
        )
