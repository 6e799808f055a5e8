"""Plugin that all clients, workers and replayers share: data converter and runner of workflows.

One plugin for all parts ensures that each reads the payloads that another wrote. A hostile start
needs no interceptor: the sentence is a dynamic workflow, which takes any number of raw arguments.
"""

from dataclasses import replace

from temporalio import activity, workflow
from temporalio.plugin import SimplePlugin
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.crypto.keys import KeyProvider
from runtime.codec import data_converter
from runtime.signal_batches import SignalBatchingRunner

PASSTHROUGH_MODULES = (
    "activities.contracts",
    "states",
    "workflows.law",
    "workflows.continue_as_new",
    "workflows.metrics",
    "pydantic",
    "pydantic_core",
    "annotated_types",
    "structlog",
    "transitions",
    "tzdata",
    "zoneinfo",
)
"""Modules that workflows share with the process; the sandbox does not import them for each run.

They cost half the time and memory of a run otherwise. `states` earns it by touching no clock,
file or randomness, which a test holds; `workflows.law` and `workflows.metrics`
must be shared to be of use.
"""


class SentencesPlugin(SimplePlugin):
    """Plugin of a client, worker or replayer of sentences; pass one instance to the client."""

    def __init__(self, keys: KeyProvider | None = None) -> None:
        """Encrypt payloads with `keys`; without keys they stay in plaintext."""
        _leave_context_out_of_events()
        super().__init__(
            "sentences",
            data_converter=data_converter(keys),
            workflow_runner=_runner,
        )


def _leave_context_out_of_events() -> None:
    # The SDK's loggers pass the same context in a field, of which our log takes what is allowed.
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False


def _runner(existing: WorkflowRunner | None) -> WorkflowRunner:
    """Return the runner that takes signals in batches, and shares our modules with a sandbox."""
    runner = existing or SandboxedWorkflowRunner()
    if isinstance(runner, SandboxedWorkflowRunner):
        shared = runner.restrictions.with_passthrough_modules(*PASSTHROUGH_MODULES)
        runner = replace(runner, restrictions=shared)
    return SignalBatchingRunner(runner)
