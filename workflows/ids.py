"""Type of the workflow, and the check of a start's input against its id.

The id decides which sentence a run is, because it cannot change after the start.
"""

import json
from collections.abc import Sequence
from typing import Final

from temporalio.common import RawValue

from states.sentence_ref import SentenceRef

WORKFLOW_TYPE: Final = "SentenceWorkflow"


def start_input_fault(ref: SentenceRef, arguments: Sequence[RawValue]) -> str | None:
    """Return the fault of a start's input; None if it names the sentence that the id names.

    The id decides whatever the input is, so the caller notes the fault and carries on.
    """
    if len(arguments) != 1:
        return f"the start brought {len(arguments)} arguments instead of one; the id governs"
    expected = {"crn": ref.crn, "event_number": ref.event_number}
    try:
        given = json.loads(arguments[0].payload.data)
    except (ValueError, RecursionError):
        given = None
    if given == expected:
        return None
    return "the input of the start differs from its id; the id governs"
