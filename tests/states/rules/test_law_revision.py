"""Another law pack in mid-sentence: dated again is what law sets, and nothing else."""

from dataclasses import replace
from typing import Final

from states.dry_run import dry_run
from states.events.envelope import Event
from states.law.pack import LawPack
from states.standards.law import LookupResult
from tests.states.rules.test_law_values import FTR, WORK, custody, pack
from tests.states.stream import at, case_of, event, law, played
from tests.states.wording import OFFICER

PACK: Final = "england-and-wales-2026a"


def recalled(*more: Event) -> list[Event]:
    """Return a sentence of 2024 without a pack, back in custody on 1 April 2026."""
    return [
        *custody("2024-03-04", "2024-06-03"),
        event("recall_decided", "2026-03-27 10:00"),
        event("licence_revoked", "2026-03-27 15:00"),
        event("returned_to_custody", "2026-04-01 12:00"),
        *more,
    ]


TERM: Final = FTR.replace("2015-06-01", "2026-03-27")


def revised(when: str, name: str = PACK, **more: object) -> Event:
    return event("law_revised", when, pack=name, **more)


def test_a_running_recall_is_dated_again_by_the_law_of_its_return() -> None:
    """28 days of the edition become 56; the clock shows both and why."""
    before = played(recalled(), "2026-04-02")
    after = played(recalled(revised("2026-04-02 09:00")), "2026-04-02")

    assert ("running", "2026-04-28") == before.clock(TERM)
    assert ("running", "2026-05-26") == after.clock(TERM)
    assert after.clocks[TERM]["why"]["rule"].startswith("56 days (law: CJA 2003 s.255BA")
    assert after.clocks[TERM]["why"]["moved_from"] == (
        f"2026-04-28: the numbers of the edition gave way to law pack {PACK}"
    )


def test_the_date_of_the_prison_still_governs() -> None:
    """Ours is held beside it."""
    given = [
        *recalled()[:-1],
        event("returned_to_custody", "2026-04-01", release_due_on="2026-04-20"),
    ]
    seen = played([*given, revised("2026-04-02 09:00")], "2026-04-02")

    assert ("running", "2026-04-20") == seen.clock(TERM)


def test_the_dry_run_says_beforehand_what_then_changes() -> None:
    """Same clock, same dates, same reason; and nothing is changed by asking."""
    case, now = case_of(recalled()), at("2026-04-02 09:00")
    found = dry_run(case, law(), now, None, None, LookupResult(pack=pack()))
    after = played(recalled(revised("2026-04-02 09:00")), "2026-04-02")
    moved = after.clocks[TERM]["why"]["moves"][-1]

    assert [TERM] == [shift.clock for shift in found.shifts]
    assert [(moved["from"], moved["to"], moved["reason"])] == [
        (shift.before, shift.after, shift.reason) for shift in found.shifts
    ]
    assert len(recalled()) == len(case.log)


def test_supervision_that_was_repealed_ends_with_the_revision() -> None:
    """A sentence under the edition alone had supervision until August 2026."""
    dates = {"licence_ends_on": "2025-12-31", "pss_ends_on": "2026-08-31"}
    stream = custody("2025-03-03", "2025-09-01", **dates)

    seen = played([*stream, revised("2026-06-01 09:00")], "2026-06-02")
    assert ("completed", "2026-05-10") == (seen.view["state"], seen.view["ended_on"])


def test_unpaid_work_loses_its_twelve_months() -> None:
    """The limit that ran under the edition falls away, and the dry run says so beforehand."""
    order = {"sentenced_on": "2025-09-01", "ends_on": "2028-01-01", "requirements": [WORK]}
    stream = [
        event("sentence_imposed", "2025-09-01 10:30", **order),
        event("case_allocated", "2025-09-01"),
    ]
    key, now = "upw-finish-12-months/R1", at("2026-06-01 09:00")
    found = dry_run(case_of(stream), law(), now, None, None, LookupResult(pack=pack()))
    seen = played([*stream, revised("2026-06-01 09:00")], "2026-06-02")

    assert ("stopped", "2026-08-31") == seen.clock(key)
    assert key in [shift.clock for shift in found.shifts]


def test_a_pack_that_is_in_force_or_unknown_changes_nothing() -> None:
    """The refusal names the packs there are; only ops and machines revise the law."""
    same = played(recalled(revised("2026-04-02")), "2026-04-03", pack=pack())
    unknown = played(recalled(revised("2026-04-02", "nowhere-1")), "2026-04-03")
    officer = played(recalled(revised("2026-04-02", by=OFFICER)), "2026-04-03")

    assert ("running", "2026-05-26") == same.clock(TERM)
    assert ("running", "2026-04-28") == unknown.clock(TERM) == officer.clock(TERM)
    assert PACK in unknown.view["unapplied"][0]["reason"]


def test_a_corrected_pack_replaces_the_first() -> None:
    """Law that is learned later is another pack, and its value counts from the event on."""
    first = pack()
    days = first.parameters["recall.fixed_term.days"]
    last = days.values[-1]
    corrected = last.model_copy(update={"cases": (last.cases[-1].model_copy(update={"then": 42}),)})
    known = days.model_copy(update={"values": (*days.values[:-1], corrected)})
    later = LawPack(
        first.preamble.model_copy(update={"name": "england-and-wales-2026b"}),
        {**first.parameters, days.parameter: known},
        digest="later",
    )
    found = dry_run(
        case_of(recalled()),
        replace(law(), pack=first),
        at("2026-04-02 09:00"),
        None,
        None,
        LookupResult(pack=later),
    )

    assert [("2026-05-26", "2026-05-12")] == [(s.before, s.after) for s in found.shifts]
