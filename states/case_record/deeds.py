"""What people did, a row for each act that was applied: with who, when, and where the reasons lie.

Reasons, facts and opinions are digests here; the texts themselves are filed under them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from states.case_record.row import Row
from states.casefile import CaseFile, Decided
from states.facets import iso
from states.vocabulary import Verdict

_TABLES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "contact_recorded": (
        "contacts",
        ("kind", "requirement_id", "fact", "opinion", "minutes", "purpose"),
    ),
    "appointment_attended": ("attendances", ("appointment_id", "at", "minutes")),
    "explanation_received": (
        "explanations",
        ("failure_id", "received_on", "from_whom", "details"),
    ),
    "failure_judged": (
        "judgements",
        ("failure_id", "acceptable", "rationale", "alternatives_considered"),
    ),
    "breach_decided": (
        "enforcement_decisions",
        ("failure_ids", "rationale", "alternatives_considered", "departure_rationale"),
    ),
    "recall_decided": (
        "enforcement_decisions",
        ("failure_ids", "rationale", "alternatives_considered", "departure_rationale"),
    ),
    "plan_completed": ("plans", ("plan_version", "rosh", "parts", "interim")),
    "plan_reviewed": ("plans", ("plan_version", "rosh", "why")),
    "rosh_assessed": ("risk_assessments", ("level", "rationale")),
    "rosh_confirmed": ("risk_assessments", ("level", "rationale")),
    "provider_transferred": ("transfers", ("provider", "provider_code")),
    "serious_further_offence_charged": ("further_offences", ("charged_on",)),
}
"""The table of a kind, and the fields of the kind that are its columns."""


def deeds(case: CaseFile, decided: Decided) -> Iterator[Row]:
    """Yield a row for each applied event of a kind that has a table."""
    for entry in case.log:
        event = entry.event
        known = _TABLES.get(event.KIND)
        if known is None or decided.dispositions[event.uid].verdict is not Verdict.APPLIED:
            continue
        table, names = known
        said = event.model_dump(mode="json", include=set(names))
        who: dict[str, Any] = {
            "event_kind": event.KIND,
            "occurred_at": iso(event.occurred_at),
            "by_id": event.by.id,
            "by_role": event.by.role.value,
            "by_organisation": event.by.organisation,
        }
        yield Row(table, event.uid, who | {name: said.get(name) for name in names})
