"""Write to the log from a workflow: quiet in replay, and never the end of a task.

The standard library raises when an extra field is called `name` or `args`; in a workflow that
would fail the task for ever. Fields therefore travel together, under one name. Those that the
log's allow-list does not hold are dropped when the line is written.
"""

from temporalio import workflow


def note(event: str, **fields: object) -> None:
    """Log a constant event in the past tense with its fields: ids, kinds, states, counts, codes."""
    workflow.logger.info(event, extra={"fields": fields})


def warn(event: str, **fields: object) -> None:
    """Log an event that someone on duty is to see, in the manner of `note`."""
    workflow.logger.warning(event, extra={"fields": fields})
