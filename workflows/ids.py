"""Which sentence a workflow is: read from its id, which nobody can change afterwards."""

import json
import re
from collections.abc import Sequence
from typing import Final

from temporalio.common import RawValue

from states.sentence_ref import SentenceRef

WORKFLOW_TYPE: Final = "SentenceWorkflow"

_ID: Final = re.compile(r"sentence-([A-Z][0-9]{6})-([0-9]{1,4})")


def workflow_id_of(crn: str, event_number: str) -> str:
    """Return the workflow id of a sentence."""
    return f"sentence-{crn}-{event_number}"


def parse_workflow_id(workflow_id: str) -> SentenceRef | None:
    """Return the sentence that `workflow_id` names; None where it has another form."""
    found = _ID.fullmatch(workflow_id)
    return None if found is None else SentenceRef(workflow_id, found[1], found[2])


def input_fault(identity: SentenceRef | None, arguments: Sequence[RawValue]) -> str | None:
    """Return what is wrong with the input of a start; None where it says what the id says.

    The id governs whatever the input is, so a fault is noted and stops nothing.
    """
    if len(arguments) != 1:
        return f"the start brought {len(arguments)} arguments instead of one; the id governs"
    if identity is None:
        return None
    wanted = {"crn": identity.crn, "event_number": identity.event_number}
    try:
        given = json.loads(arguments[0].payload.data)
    except (ValueError, RecursionError):
        given = None
    return None if given == wanted else "the input of the start differs from its id; the id governs"
