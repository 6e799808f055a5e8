"""Logging from workflow code: quiet in replay, and unable to fail a workflow task.

The standard library raises when an extra field is called `name` or `args`; in a workflow that
would fail the task for ever. Fields therefore travel together, under one name. Those that the
log's allow-list does not hold are dropped when the line is written.
"""

from temporalio import workflow


def note(event: str, **fields: object) -> None:
    """Log `event`, a constant in the past tense, with ids, kinds, states, counts and codes."""
    workflow.logger.info(event, extra={"fields": fields})


def warn(event: str, **fields: object) -> None:
    """Log an event that the person on duty should see; the rules of `note` apply."""
    workflow.logger.warning(event, extra={"fields": fields})
