"""How the sentence stands: one row of the whole, and a row for each part of the view.

Ages are left out: they change every day of themselves, and whoever reads can count.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from states.case_record.row import Row
from states.casefile import CaseFile, Decided
from states.facets import iso
from states.holder import Holder
from states.identity import Identity
from states.lines import Sending
from states.recording import recording
from states.sentence import Sentence

_WHOLE: Final = (
    *("type", "state", "phase", "outcome", "ended_on", "edition", "calendar", "sentenced_on"),
    *("ends_on", "licence_ends_on", "pss_ends_on", "expected_release_on", "released_on"),
    *("recalled_before", "at_large", "provider", "provider_code", "officer", "rosh"),
    *("inducted_at", "plan_version", "counted_failures"),
)
_NAMED: Final = (
    *(("failures", "failure_id"), ("warnings", "warning_id")),
    *(("requirements", "requirement_id"), ("agencies", "agency")),
    *(("stays", "stay_id"), ("reports", "report_id")),
)
"""Parts of the view and the field that names a row of each."""

_SETTLED: Final = {Sending.IN_FLIGHT: Sending.QUEUED}

_NUMBERED: Final = ("breaches", "recalls", "officers", "transitions", "home_moves")
"""Parts of the view in which rows have no name but their place."""


def standing(
    identity: Identity, case: CaseFile, decided: Decided, seen: Mapping[str, Any]
) -> Iterator[Row]:
    """Yield the rows of what the view shows."""
    s = decided.sentence
    yield Row("sentences", "", {**_whole(s, seen), "moved_to": _moved_to(identity, s)})
    for clock in (*seen["clocks"], *recording(case, decided, decided.law)):
        yield Row("clocks", clock["id"], clock)
    for duty in seen["duties"]:
        yield Row("duties", duty["id"], {k: v for k, v in duty.items() if k != "age_days"})
    for part, name in _NAMED:
        for item in seen[part]:
            yield Row(part, item[name], item)
    for part in _NUMBERED:
        for number, item in enumerate(seen[part], start=1):
            yield Row(part, f"{number:04}", item)
    for number, item in enumerate(seen["risk"]["referrals"], start=1):
        yield Row("risk_referrals", f"{number:04}", item)
    yield from _failure_days(seen)
    yield from _appointments(s)
    for key, line in case.outbox.entries.items():
        yield Row(
            *("notices", key),
            {
                "template": line.effect.template,
                "recipient": line.effect.recipient,
                "subject": line.effect.subject,
                "liberty": line.effect.liberty,
                # An attempt under way is a matter of seconds: a row for it would be out of date.
                "sending": _SETTLED.get(line.status, line.status).value,
                "since": iso(line.since),
                "attempts": line.attempts,
                "error": line.error or None,
                "next_try_at": iso(line.next_try_at),
                "acknowledged_at": iso(s.acknowledged.get(key)),
            },
        )


def _whole(s: Sentence, seen: Mapping[str, Any]) -> dict[str, Any]:
    imposed = s.imposed
    return {
        **{name: seen[name] for name in _WHOLE},
        "flags": sorted(flag["code"] for flag in seen["flags"]),
        "imposed_by": s.imposed_by,
        "length_days": imposed.length_days if imposed is not None else None,
        "court": imposed.court if imposed is not None else None,
        "live_from": iso(imposed.live_from) if imposed is not None else None,
        "electronic_only": s.electronic_only,
    }


def _moved_to(identity: Identity, s: Sentence) -> str | None:
    here = Holder(identity.crn, identity.event_number)
    return None if s.continues_as in (None, here) else str(s.continues_as)


def _failure_days(seen: Mapping[str, Any]) -> Iterator[Row]:
    days: dict[str, list[Mapping[str, Any]]] = {}
    for failure in seen["failures"]:
        days.setdefault(failure["failed_on"], []).append(failure)
    for day, failures in sorted(days.items()):
        verdicts = {failure["acceptable"] for failure in failures}
        yield Row(
            *("failure_days", day),
            {
                "failed_on": day,
                "failure_ids": sorted(failure["failure_id"] for failure in failures),
                # One unacceptable failure makes the day one (NS 2015 9(a)).
                "acceptable": False if False in verdicts else None if None in verdicts else True,
                "counts": any(failure["counts"] for failure in failures),
            },
        )


def _appointments(s: Sentence) -> Iterator[Row]:
    for key, item in s.appointments.items():
        yield Row(
            *("appointments", key),
            {
                "at": iso(item.at),
                "face_to_face": item.face_to_face,
                "arranged_at": iso(item.arranged_at),
                "cancelled": item.cancelled,
                "attended_at": iso(item.attended_at),
            },
        )
