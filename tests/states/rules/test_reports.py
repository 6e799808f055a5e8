"""Reports to bodies that decide: report-to-timescale, court-info-in-time, ev-parole-report."""

import pytest

from states.events.envelope import Event
from tests.states.custody import imprisoned, of_row
from tests.states.stream import Played, event, played, serving
from tests.states.wording import COURT_OFFICER, OFFICER

COURT = event("report_requested", "2026-11-20", due_on="2026-12-04", hearing_on="2026-12-08")
HEARD = event("hearing_listed", "2026-11-20", listed_on="2026-12-08", purpose="review")


def delivered(when: str, **more: object) -> Event:
    return event("report_delivered", when, **{"by": COURT_OFFICER, **more})


def after(*events: Event, now: str = "2026-12-31") -> Played:
    return played([*serving(), *events], now)


def inside(*events: Event, now: str = "2027-12-31") -> Played:
    return played([*imprisoned(), *events], now)


@pytest.mark.parametrize(
    ("now", "status"), [("2026-12-04 23:59", "running"), ("2026-12-05 00:00", "missed")]
)
def test_a_report_is_due_when_the_body_wants_it(now: str, status: str) -> None:
    """report-to-timescale: the timescale is the court's or the board's."""
    assert (status, "2026-12-04") == after(COURT, now=now).clock("report-to-timescale/REP1")


@pytest.mark.parametrize(
    ("item", "status"),
    [
        (delivered("2026-12-04"), "met"),
        (delivered("2026-12-07", delivered_on="2026-12-04"), "met"),
        (delivered("2026-12-05"), "met_late"),
    ],
)
def test_a_report_counts_by_the_day_of_its_delivery(item: Event, status: str) -> None:
    """Reported later, it was delivered on its own day."""
    assert status == after(COURT, item).clock("report-to-timescale/REP1")[0]


def test_a_report_nobody_asked_for_waits_for_the_asking() -> None:
    """The two may come in any order."""
    item = delivered("2026-12-01")

    assert ("held", "waits for report REP1") == after(item).verdict(item)
    assert "met" == after(item, COURT).clock("report-to-timescale/REP1")[0]


def test_a_body_that_wants_it_later_moves_the_day() -> None:
    """A second request for the same report."""
    later = event("report_requested", "2026-11-25", due_on="2026-12-18")

    assert ("running", "2026-12-18") == after(COURT, later, now="2026-12-10").clock(
        "report-to-timescale/REP1"
    )


def test_each_report_has_its_own_time() -> None:
    """Delivered is one of the two."""
    other = event("report_requested", "2026-11-21", report_id="REP2", due_on="2026-12-04")

    seen = after(COURT, other, delivered("2026-12-01"))

    assert ("met", "missed") == (
        seen.clock("report-to-timescale/REP1")[0],
        seen.clock("report-to-timescale/REP2")[0],
    )


def test_information_reaches_a_hearing_in_time() -> None:
    """court-info-in-time, ev-court-information: the day before it is ours."""
    key = "court-info-in-time/review.2026-12-08"
    given = event("contact_recorded", "2026-12-07", kind="court_information")
    late = event("contact_recorded", "2026-12-08", kind="court_information")

    assert ("missed", "2026-12-07") == after(HEARD).clock(key)
    assert "met" == after(HEARD, given).clock(key)[0]
    assert "met_late" == after(HEARD, late).clock(key)[0]


@pytest.mark.parametrize(("kind", "verdict"), [("court", "refused"), ("parole_board", "applied")])
def test_a_crc_gives_no_advice_to_a_court(kind: str, verdict: str) -> None:
    """ev-advice-nps-only, D9.present: it contributes; to other bodies it reports itself."""
    asked = event("report_requested", "2026-11-20", kind=kind, due_on="2026-12-04")
    own = delivered("2026-12-01", by=OFFICER)

    assert verdict == after(asked, own).verdict(own)[0]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"due_on": "2026-12-04", "hearing_on": "2026-12-08"}, "met"),
        ({"due_on": "2026-12-04"}, "met"),
        ({"due_on": "2026-12-04", "hearing_on": "2026-12-15"}, "missed"),
        ({"due_on": "2026-12-04", "kind": "parole_board"}, "missed"),
        ({"due_on": "2026-12-04", "kind": "mappa_meeting"}, "missed"),
    ],
)
def test_a_report_informs_the_hearing_that_it_is_for(asked: dict[str, str], status: str) -> None:
    """By its body, and by the day where it names one."""
    request = event("report_requested", "2026-11-20", **asked)

    seen = after(HEARD, request, delivered("2026-12-04"))

    assert status == seen.clock("court-info-in-time/review.2026-12-08")[0]


def test_a_report_to_the_parole_board_answers_its_hearing() -> None:
    """ev-parole-report, ev-crc-info-boards: a CRC's information, and the report itself."""
    hearing = event("hearing_listed", "2027-02-01", listed_on="2027-03-15", purpose="parole")
    asked = event("report_requested", "2027-02-01", kind="parole_board", due_on="2027-03-01")

    before = inside(hearing, asked)
    seen = inside(hearing, asked, delivered("2027-02-20"))

    assert (["open"], ["open", "open"]) == (
        of_row(before, "ev-parole-report"),
        of_row(before, "ev-crc-info-boards"),
    )
    assert (["done"], ["done", "done"]) == (
        of_row(seen, "ev-parole-report"),
        of_row(seen, "ev-crc-info-boards"),
    )


@pytest.mark.parametrize(
    ("kind", "disclosed", "status"),
    [
        ("parole_board", None, ["open"]),
        ("parole_board", False, ["open"]),
        ("parole_board", True, ["done"]),
        ("hdc_board", None, []),
    ],
)
def test_evidence_for_the_parole_board_is_disclosed_to_the_person(
    *, kind: str, disclosed: bool | None, status: list[str]
) -> None:
    """ev-parole-disclosure: fully, unless it was applied for formally."""
    asked = event("report_requested", "2027-02-01", kind=kind, due_on="2027-03-01")

    seen = inside(asked, delivered("2027-02-20", disclosed=disclosed))

    assert status == of_row(seen, "ev-parole-disclosure")


def test_a_request_after_the_end_is_recorded() -> None:
    """Without a case no report is requested."""
    end = event("sentence_ended", "2026-11-15", reason="other")

    seen = after(end, COURT)

    assert ("applied", "the sentence had ended on 2026-11-15") == seen.verdict(COURT)
    assert [] == of_row(seen, "report-to-timescale")


def test_reports_are_shown() -> None:
    """By id, with their dates."""
    seen = after(COURT, delivered("2026-12-01"))

    assert [
        {
            "report_id": "REP1",
            "kind": "court",
            "due_on": "2026-12-04",
            "hearing_on": "2026-12-08",
            "delivered_on": "2026-12-01",
        }
    ] == seen.view["reports"]


def test_before_a_hearing_on_a_monday_the_court_is_informed_on_the_friday() -> None:
    """court-info-in-time: what is due in advance counts back in working days."""
    listed = event("hearing_listed", "2026-11-23", listed_on="2026-12-14", purpose="review")

    seen = played([*serving(), listed], "2026-11-24")

    assert ("running", "2026-12-11") == seen.clock("court-info-in-time/review.2026-12-14")
