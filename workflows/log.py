"""Write to the log from a workflow: quiet in replay, and never the end of a task.

The standard library raises when an extra field is called `name` or `args`; in a workflow that
would fail the task for ever. Fields therefore travel together, under one name.
"""

import logging

from temporalio import workflow


def note(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log a constant event in the past tense with its fields: ids, kinds, states, counts, codes.

    Fields that the log's allow-list does not name are dropped when the line is written.
    """
    workflow.logger.log(level, event, extra={"fields": fields})
