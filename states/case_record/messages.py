"""What came, as it came, and what became of it.

A row of `events` never changes: a correction is another event. What became of an event has a row
of its own, where it was anything but applied as expected.
"""

from collections.abc import Iterator

from states.case_record.row import Row
from states.case_record.victims import ABOUT_VICTIMS
from states.casefile import CaseFile, Decided
from states.facets import iso
from states.unapplied import unapplied
from states.vocabulary import Verdict


def messages(case: CaseFile, decided: Decided) -> Iterator[Row]:
    """Yield the rows of all messages."""
    for entry in case.log:
        event = entry.event
        apart = isinstance(event, ABOUT_VICTIMS)
        yield Row(
            *("events", event.uid),
            {
                "event_id": event.event_id,
                "organisation": event.by.organisation,
                "kind": event.KIND,
                "occurred_at": iso(event.occurred_at),
                "received_at": iso(entry.received_at),
                "by_id": event.by.id,
                "by_role": event.by.role.value,
                "digest": entry.digest,
                "sender": entry.sender,
                # What concerns victims lies in a store of its own.
                "said": None if apart else event.model_dump(mode="json", exclude_unset=True),
            },
        )
        known = decided.dispositions[event.uid]
        if known.verdict is not Verdict.APPLIED or known.irregular or known.reason:
            yield Row(
                *("dispositions", event.uid),
                {
                    "verdict": known.verdict.value,
                    "reason": known.reason,
                    "irregular": known.irregular,
                },
            )
    for item in unapplied(case, decided):
        yield Row("unapplied", f"{item['digest']}/{item['code']}", item)
