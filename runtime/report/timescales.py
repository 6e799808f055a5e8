"""Measures of single timescales: was the thing done, and was it done in time?"""

from typing import Final

from runtime.report.parts import BY_SENTENCE, BY_START, clocks_of, clocks_part
from runtime.report.rows import ARMED, DECIDED, STANDINGS, Query
from runtime.report.shape import Chart, Measure, Part, columns
from runtime.report.timescale_counts import (
    ENTRIES,
    FIXED_TERM,
    KEPT_APART,
    PLAN_AGE,
    UNPAID_WORK,
)
from runtime.report.timescale_lines import contact_on_release, enforced, every_clock, recalled

TOPIC: Final = "Timescales"


def _on_time(
    key: str, title: str, asks: str, source: str, done: str, query: Query, lines: str = "timescale"
) -> Measure:
    """Return a measure of clocks alone: what was `done`, and how it stands in time."""
    part = clocks_part("clocks", done, query, lines)
    return Measure(key, title, asks, BY_START, source, (part,))


MEASURES: Final = (
    Measure(
        "t-all",
        "Every clock",
        "Each timescale that was started, by how it stands: met, met late, missed with nothing "
        "left to do, overdue, running, or fallen away before its time. Shares are of what was "
        "armed, which is all but what fell away; terms and windows end or open of themselves.",
        BY_START,
        "NS 2015, every standard",
        (
            Part(
                "standing",
                "Standing of every clock",
                "timescale",
                every_clock,
                (*STANDINGS, *columns(opened="window open", ended="ended")),
                whole=ARMED,
                good=("met",),
                of=DECIDED,
                share="met of those decided",
                chart=Chart.BARS,
            ),
        ),
    ),
    Measure(
        "t-first-community",
        "First appointment of an order",
        "Orders allocated whose first appointment was arranged within 5 working days, and those "
        "where it was held; electronically monitored orders owe none and are shown apart.",
        BY_START,
        "NS 2015 5(a)",
        (
            clocks_part(
                "clocks",
                "Arranged, and held",
                clocks_of("first-appt-community", "first-appt-community-held"),
            ),
            KEPT_APART,
        ),
    ),
    _on_time(
        "t-first-release",
        "First contact on release",
        "Releases with a first contact arranged within 1 working day, and on the day itself; "
        "releases after a recall or a committal are apart.",
        "NS 2015 5(b); PF 2015, Implement the sentence",
        "Arranged",
        contact_on_release,
        "timescale and release",
    ),
    _on_time(
        "t-enforce-6wd",
        "Failures acted on",
        "Failures to comply that were acted on within 6 working days, and at once where the public "
        "has to be protected, by what the day of the failure was judged to be.",
        "NS 2015 9(a)",
        "Acted on",
        enforced,
        "timescale and judgement",
    ),
    _on_time(
        "t-recall-2h",
        "Emergency recall within 2 hours",
        "Emergency recalls decided whose report reached the casework section within 2 hours.",
        "NS 2015 9(b)",
        "Reported",
        clocks_of("recall-emergency-2h"),
    ),
    _on_time(
        "t-recall-24h",
        "Other recall within 24 hours",
        "Recalls that are no emergency whose report was received within 24 hours.",
        "NS 2015 9(b)",
        "Reported",
        clocks_of("recall-nonemergency-24h", "recall-report-ppcs-24h"),
    ),
    _on_time(
        "t-9wd",
        "Decision within 9 working days of a failure on licence",
        "Each failure on licence starts the clock, so it is told apart whether a recall was the "
        "answer, another step, or nothing yet.",
        "PF 2015, recall",
        "Decided",
        recalled("recall-decision-9wd"),
        "timescale and answer",
    ),
    _on_time(
        "t-10day",
        "Enforcement begun within 10 working days of a failure on licence",
        "As the measure of 9 working days, for the receipt of the recall report or another answer.",
        "NS 2015 9(b); PF 2015, recall",
        "Begun",
        recalled("recall-10-day-timescale"),
        "timescale and answer",
    ),
    Measure(
        "t-victim",
        "Contact offered to victims within 8 weeks",
        "Sentences with victims in the statutory scheme, by whether contact was offered within 8 "
        "weeks of the sentence.",
        BY_START,
        "PF 2015, Victims",
        (clocks_part("clocks", "Offered", clocks_of("victim-offer-8w")),),
        "From the clocks alone: what is recorded of victims lies in another database, which this "
        "report neither opens nor joins.",
    ),
    Measure(
        "t-plan",
        "Plans",
        "Plans in custody prepared within the 12 weeks before release: one made before the window "
        "opened does not count as met. Beside them the days from sentence to the first whole plan, "
        "for which no document sets a limit.",
        f"{BY_START}; the days to the first plan: {BY_SENTENCE}",
        "NS 2015 4(b)-(c)",
        (
            clocks_part("window", "Prepared before release", clocks_of("plan-custody-prepared")),
            PLAN_AGE,
        ),
    ),
    _on_time(
        "t-evaluation",
        "Evaluation at the end",
        "Sentences evaluated within the last 8 weeks and by their end: an evaluation before the "
        "window opened does not count as met.",
        "NS 2015 11(a); PF 2015, Complete the sentence",
        "Evaluated",
        clocks_of("evaluation-by-end"),
    ),
    Measure(
        "t-upw",
        "Unpaid work",
        "Unpaid work begun within 7 working days of allocation and finished within 12 months; how "
        "much was made, started, finished, extended and varied by a court, and the hours still to "
        "be worked in what has not ended.",
        f"{BY_START}; the counts: {BY_SENTENCE}",
        "PF 2015, Unpaid work",
        (
            clocks_part(
                "clocks", "Begun, and finished", clocks_of("upw-start-7wd", "upw-finish-12-months")
            ),
            UNPAID_WORK,
        ),
    ),
    Measure(
        "t-record",
        "Entries made on the same day",
        "Entries in the record that were made on the London day of what they tell of, of all "
        "entries; and the mean delay in days over all entries.",
        f"{BY_SENTENCE}: each sentence is counted with all its entries",
        "NS 2015 1(b); PF 2015, record keeping",
        (ENTRIES,),
    ),
    _on_time(
        "t-ap",
        "Approved premises prepared 3 months ahead",
        "Placements in approved premises from custody that were prepared 3 months before release.",
        "PF 2015, Plan",
        "Prepared",
        clocks_of("ap-prep-3-months"),
    ),
    Measure(
        "t-ftr",
        "Fixed term recall of 28 days",
        "Fixed term recalls with a return to custody, by whether release came on the 28th day, of "
        "which the day of return is the first.",
        "recalls whose return to custody lies on a day of the period",
        "APP, recall",
        (FIXED_TERM,),
    ),
)
