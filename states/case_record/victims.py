"""What is recorded of victims: rows for a database of their own, joined to nothing (NS 2015 7)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from states.case_record.row import Row
from states.casefile import CaseFile
from states.events.victims import VictimContactOffered, VictimViewRecorded

ABOUT_VICTIMS: Final = (VictimContactOffered, VictimViewRecorded)


def victims(case: CaseFile, seen: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows about victims."""
    for item in seen["victims"]["contacts"]:
        yield Row("victim_contacts", item["victim_ref"], item)
    for entry in case.log:
        if isinstance(entry.event, ABOUT_VICTIMS):
            said = entry.event.model_dump(mode="json", exclude_unset=True)
            yield Row("victim_events", entry.event.uid, {"kind": entry.event.KIND, "said": said})
