"""Workflow that passes a marked text to Temporal in every way that a sentence could."""

from collections.abc import Sequence
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ApplicationError, FailureError

from workflows.inbox import from_signal

MARKER = "Bartholomew Marker"
_SOON = timedelta(seconds=10)
_ONCE = RetryPolicy(maximum_attempts=1)


@activity.defn
async def repeat(text: str) -> str:
    """Return the text twice."""
    return f"{text} {text}"


@activity.defn
async def fail(text: str) -> str:
    """Fail, saying the text in message, details and cause."""
    raise ApplicationError(text, text, type="Refused", non_retryable=True) from ValueError(text)


@workflow.defn(dynamic=True)
class SealedToy:
    """Uses everything once, then waits for `again` or `finish`."""

    @workflow.init
    def __init__(self, arguments: Sequence[RawValue]) -> None:
        self._arguments = arguments
        self.messages: list[tuple[str, dict[str, str], bytes]] = []
        self.failure = ""

    @workflow.run
    async def run(self, arguments: Sequence[RawValue]) -> str:
        given = workflow.payload_converter().from_payload(arguments[0].payload, str)
        workflow.set_current_details(f"details of {given}")
        workflow.upsert_memo({"who": given})
        said: str = await workflow.execute_activity(
            repeat, given, start_to_close_timeout=_SOON, summary=f"repeat {given}"
        )
        said = await workflow.execute_local_activity(repeat, said, start_to_close_timeout=_SOON)
        for start in (workflow.execute_activity, workflow.execute_local_activity):
            try:
                await start(fail, given, start_to_close_timeout=_SOON, retry_policy=_ONCE)
            except FailureError as error:
                # A local activity's error comes as it is, without one around it.
                self.failure += f"{error.cause} {error}"
        await workflow.sleep(timedelta(milliseconds=10), summary=f"timer of {given}")
        await workflow.wait_condition(lambda: bool(self._names & {"finish", "again"}))
        if "again" in self._names:
            workflow.continue_as_new(args=[given], memo={"who": given})
        return said

    @property
    def _names(self) -> set[str]:
        return {name for name, _, _ in self.messages}

    @workflow.signal(dynamic=True)
    def inbox(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Note each message as it came, not decrypted."""
        nothing = workflow.payload_converter().to_payload(None)
        for message in from_signal(name, arguments, workflow.now()):
            for payload in message.payloads or (nothing,):
                marks = {key: value.decode() for key, value in payload.metadata.items()}
                self.messages.append((message.name, marks, payload.data))

    @workflow.update
    async def ask(self, text: str) -> str:
        """Return the text, or refuse it."""
        if "refuse" in text:
            raise ApplicationError(text, text, type="Refused", non_retryable=True)
        return f"asked {text}"

    @workflow.query
    def seen(self, text: str) -> dict[str, object]:
        """Return what came."""
        return {
            "text": text,
            "messages": [[name, marks, len(data)] for name, marks, data in self.messages],
            "bodies": [data.decode("latin-1") for _, _, data in self.messages],
            "failure": self.failure,
        }
