"""The inspectors' questions, as far as our own data can answer them, by provider.

A reviewer reads cases; we count what the record holds. So each answer is an indication of where to
read, and its definition stands beside it.
"""

from typing import Final

from runtime.report.caseload import INSPECTION
from runtime.report.parts import BY_START, clocks_part
from runtime.report.quality_rows import (
    alternatives,
    assessed_before_judgement,
    assessed_before_recall,
    in_time,
    managed,
    reasoned,
    recall_alternatives,
    returned_to_prison,
    threshold,
)
from runtime.report.rows import Query
from runtime.report.shape import Chart, Column, Measure, Part, columns

TOPIC: Final = "Quality, by provider"

_ANSWERS: Final = columns(yes="yes", no="no")
_OPEN: Final = Column("open", "open")
_DECIDED: Final = "decisions taken on a day of the period"


def _answered(key: str, title: str, query: Query, *more: Column) -> Part:
    columns = (*_ANSWERS, *more)
    return Part(
        key,
        title,
        "provider",
        query,
        columns,
        whole=tuple(column.id for column in columns),
        good=("yes",),
        of=("yes", "no"),
        share="yes",
        chart=Chart.BARS,
    )


def _absences(*ids: str, orders: bool) -> tuple[Part, Part]:
    """Return whether failures were met in the time of these clocks, and with reasons."""
    reasons = reasoned(orders=orders)
    return (
        clocks_part("time", "In time", in_time(*ids, orders=orders), "provider"),
        _answered("reason", "With a reason and a whole record", reasons, _OPEN),
    )


MEASURES: Final = (
    Measure(
        "q-enf-assessment",
        "Orders: is there an assessment to decide by?",
        "Orders with an unacceptable failure: yes where, by the first such judgement, a plan with "
        "all four parts and a level of risk was on record.",
        "orders of which a judgement lies in the period",
        INSPECTION,
        (_answered("yes", "Whole plan before the judgement", assessed_before_judgement),),
    ),
    Measure(
        "q-enf-absences",
        "Orders: are failures decided in time and with a reason?",
        "Days with a failure by the standing of their clock of 6 working days; and failures, yes "
        "where they are judged, reasons are filed and the record of them lacks nothing.",
        f"{BY_START}; failures by their own day",
        INSPECTION,
        _absences("enforce-6wd", "enforce-immediate", orders=True),
    ),
    Measure(
        "q-enf-court",
        "Orders: is the way back to court taken where it is due?",
        "Orders that reached the number of unacceptable failures from which breach is expected: "
        "met where proceedings were begun or reasons against them were recorded.",
        BY_START,
        INSPECTION,
        (clocks_part("threshold", "Answered", threshold, "provider"),),
    ),
    Measure(
        "q-enf-alternatives",
        "Orders: are alternatives considered?",
        "Judgements of failures and decisions to breach: yes where at least one alternative that "
        "was considered is on record.",
        _DECIDED,
        INSPECTION,
        (_answered("yes", "Alternatives on record", alternatives),),
    ),
    Measure(
        "q-rec-assessment",
        "Recall: is there an assessment to decide by?",
        "Recalls decided: yes where a plan with all four parts and a level of risk was on record "
        "by then.",
        _DECIDED,
        INSPECTION,
        (_answered("yes", "Whole plan before the recall", assessed_before_recall),),
    ),
    Measure(
        "q-rec-absences",
        "Licence and supervision: are failures decided in time and with a reason?",
        "As for orders, by the clock of 10 working days on licence and of 6 in supervision.",
        f"{BY_START}; failures by their own day",
        INSPECTION,
        _absences("recall-10-day-timescale", "enforce-6wd", orders=False),
    ),
    Measure(
        "q-rec-alternatives",
        "Recall: are alternatives considered?",
        "Recalls decided: yes where at least one alternative that was considered is on record.",
        _DECIDED,
        INSPECTION,
        (_answered("yes", "Alternatives on record", recall_alternatives),),
    ),
    Measure(
        "q-rec-prison",
        "Recall: was the return to prison upheld?",
        "Recalls decided: yes where the licence was revoked, no where that was refused or the "
        "recall was taken back.",
        _DECIDED,
        INSPECTION,
        (_answered("yes", "Licence revoked", returned_to_prison, _OPEN),),
    ),
    Measure(
        "q-case-management",
        "Orders: was the case managed before it went to court?",
        "Decisions to breach an order: yes where a whole plan with a level of risk and at least "
        "one attended meeting were on record by then.",
        _DECIDED,
        INSPECTION,
        (
            Part(
                "managed",
                "Assessment, plan and contact before the decision",
                "provider",
                managed,
                columns(yes="yes", no_plan="no whole plan", no_contact="no meeting"),
                whole=("yes", "no_plan", "no_contact"),
                good=("yes",),
                of=("yes", "no_plan", "no_contact"),
                share="yes",
                chart=Chart.BARS,
            ),
        ),
    ),
)
