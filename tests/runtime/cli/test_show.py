"""`show` lays out one sentence, each clock with why it is due when it is."""

from datetime import timedelta

from rich.console import Console

from runtime.cli.console import WIDE
from runtime.cli.sentence_tables import render_sentence
from states.outbox import DeliveryStatus
from states.view.sentence import sentence_view
from tests.runtime.cli.terminal import Type, new_crn
from tests.states.stream import IDENTITY, allocated, at, event, failed, law, played


def printed(now: str, *, width: int = WIDE) -> str:
    """The sheet of an order that has a bit of everything, as text."""
    events = [
        *allocated(),
        event("officer_assigned", "2026-11-02 14:00"),
        *failed("F1", "2026-11-23"),
        event("warning_issued", "2026-11-24", warning_id="W1", failure_ids=["F1"]),
        *failed("F2", "2026-12-07"),
        event("warning_withdrawn", "2026-12-08", warning_id="W9"),
    ]
    console = Console(markup=False, highlight=False, emoji=False, width=width)
    with console.capture() as caught:
        console.print(render_sentence(played(events, now).view))
    return caught.get()


def test_a_sheet_says_where_the_sentence_stands() -> None:
    """The first lines: whose, state, what is missed, dates, provider, officer, law."""
    lines = [line.rstrip() for line in printed("2026-12-09").splitlines()]

    assert lines[0].startswith("X320741 event 1: warned, ")
    assert lines[0].endswith(" overdue")
    assert lines[1].startswith("community_order from 2026-11-02 to 2027-11-01, phase community")
    assert "provider CRC N07, officer N07A001" == lines[2]
    assert "last transition warn, allocated -> warned, 2026-11-24 12:00" == lines[3]
    assert lines[4].startswith("edition ns-2015, calendar england-and-wales-")


def test_a_sheet_shows_the_team_the_arrangements_and_the_civil_orders() -> None:
    """Who else manages the person, and what stands beside the sentence, where there is any."""
    events = [
        *allocated(),
        event("team_member_changed", "2026-11-03"),
        event("agency_flag_changed", "2026-11-04", level=2, category=1),
        event("agency_flag_changed", "2026-11-04", event_id="iom", agency="iom"),
        event("civil_order_changed", "2026-11-05", until="2031-11-04"),
    ]
    console = Console(markup=False, highlight=False, emoji=False, width=WIDE)
    with console.capture() as caught:
        console.print(render_sentence(played(events, "2026-11-06").view))
    lines = [line.rstrip() for line in caught.get().splitlines()]

    assert "team key worker K1" == lines[3]
    assert (
        "also managed by iom since 2026-11-04, mappa level 2 category 1 since 2026-11-04"
        == (lines[4])
    )
    assert "civil orders sexual offences prevention until 2031-11-04" == lines[5]


def test_a_clock_explains_itself() -> None:
    """Status, due date, rule, source, trigger and the days skipped stand with each clock."""
    text = printed("2026-12-09")
    start = text.index("enforce-6wd/2026-12-07")
    clock = text[start : text.index("evaluation-opens", start)]

    assert "running" in clock
    assert "2026-12-15" in clock
    assert "6 working days after the failure [NS 2015 9(a)]" in clock
    assert "failed on 2026-12-07" in clock
    assert "skipped 2026-12-12 Saturday, 2026-12-13 Sunday" in clock


def test_a_sheet_shows_what_happened_and_what_is_proposed() -> None:
    """Failures with their judgement, warnings, proposals with who and why, what waits."""
    text = printed("2026-12-09")

    for part in (
        "unacceptable",
        "W1",
        "breach_decided",
        "[PF 2015 Enforce]",
        "waits for warning W9",
    ):
        assert part in text
    assert "Decisions allowed now: " in text


def test_a_sheet_shows_the_notices_that_do_not_arrive() -> None:
    """One that needs somebody is a duty of ops; one that is tried again says when and why."""
    seen = played(allocated(), "2026-11-03")
    ledger, now = seen.case.outbox, at("2026-11-03")
    seen.case.reconcile(seen.decided, now, timedelta(0))
    first, second, *_ = ledger.queued(now)
    for key in (first, second):
        ledger.start(key, now)
    ledger.mark_failed(first, "MailServerDown", at("2026-11-03 13:00"))
    ledger.block(second, DeliveryStatus.NO_RECIPIENT, "RecipientUnknown", now)
    console = Console(markup=False, highlight=False, emoji=False, width=WIDE)
    with console.capture() as caught:
        console.print(render_sentence(sentence_view(IDENTITY, seen.case, seen.decided, law(), now)))
    text = caught.get()

    for part in ("Notices not delivered yet", "MailServerDown", "2026-11-03 13:00"):
        assert part in text
    assert "the directory has no recipient" in text


def test_a_sheet_fits_a_narrow_terminal() -> None:
    """Long reasons wrap inside their column; no line runs over."""
    assert all(len(line) <= 80 for line in printed("2026-12-09", width=80).splitlines())


async def test_a_sentence_is_shown_as_a_sheet_or_as_the_view(terminal: Type, crn: str) -> None:
    """`--json` is the view whole; without it a person reads the sheet."""
    sheet_of, view = await terminal("show", crn, "1"), await terminal("show", crn, "1", "--json")

    assert sheet_of.out.startswith(f"{crn} event 1: allocated")
    assert "first-appt-community" in sheet_of.out
    assert (crn, "allocated") == (view.data["crn"], view.data["state"])


async def test_an_unknown_sentence_is_one_sentence(terminal: Type) -> None:
    """Nothing was ever sent to it."""
    crn = new_crn()

    assert (await terminal("show", crn, "1")).refuses(f"there is no sentence {crn} 1")
