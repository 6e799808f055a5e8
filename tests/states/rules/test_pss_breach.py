"""Breach of post-sentence supervision, and committal (D16, D17.10, D17.11, T22, AMB-14)."""

import pytest

from states.events.envelope import Event
from tests.states.custody import of_row
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, played, warned
from tests.states.supervision import after_licence, supervised

BREACHED = [
    *failed("F1", "2015-03-16"),
    warned("W1", "2015-03-17", "F1"),
    *failed("F2", "2015-03-23"),
    warned("W2", "2015-03-24", "F2"),
    *failed("F3", "2015-03-30"),
    event("breach_decided", "2015-03-31", failure_ids=["F3"], departure_rationale=None),
]
COMMITTED = event("court_decided", "2015-04-20", outcome="committed", committed_until="2015-05-03")


def court(outcome: str, when: str = "2015-04-20") -> Event:
    return event("court_decided", when, outcome=outcome)


def after(*events: Event, now: str = "2015-04-21") -> Played:
    return played([*supervised(), *events], now)


def irregular(seen: Played, item: Event) -> bool:
    return seen.decided.dispositions[item.uid].irregular


def test_d16_row_2_the_third_failure_goes_to_court_within_six_working_days() -> None:
    """A CRC refers it to the NPS; over Easter six working days end on 9 April."""
    failures = BREACHED[:-1]

    seen = after(*failures, now="2015-03-31")

    assert [("breach_decided", "D7.7", "CRC")] == [
        (item["step"], item["row"], item["by"]) for item in seen.view["proposals"]
    ]
    assert ("running", "2015-04-09") == seen.clock("enforce-6wd/2015-03-30")
    assert ("breached", [("breach_referred", "D6.1")]) == (
        after(*BREACHED).state,
        after(*BREACHED).steps(),
    )


def test_d16_row_4_a_court_may_commit_to_custody() -> None:
    """T22, D17.10: the phase changes, the state does not, and the dates are kept."""
    seen = after(*BREACHED, COMMITTED)

    assert ("breached", "pss_committal", "T22") == (
        seen.state,
        seen.view["phase"],
        seen.arrows()[-1],
    )
    assert not irregular(seen, COMMITTED)
    assert ("2015-04-20", "2015-05-03", None) == tuple(
        seen.view["breaches"][0][name] for name in ("committed_on", "committed_until", "closed_at")
    )


def test_d16_row_5_the_plan_is_to_be_reviewed_on_committal() -> None:
    """plan-review-on-recall, AMB-14: a duty without a clock."""
    seen = after(*BREACHED, COMMITTED)

    assert ["open"] == [
        d["status"] for d in seen.view["duties"] if d["duty"] == "plan-review-on-recall"
    ]


def test_in_committal_nothing_is_failed_and_nobody_is_warned() -> None:
    """5.3: no requirement is served there."""
    report = failed("F4", "2015-04-22", acceptable=None)

    seen = after(*BREACHED, COMMITTED, *report, now="2015-04-23")

    assert ("applied", "recorded; in prison there is nothing to fail") == seen.verdict(report[0])
    assert "enforce-6wd/2015-04-22" not in seen.clocks


def test_d16_row_6_a_release_from_committal_spends_what_went_before() -> None:
    """T23, D8.3: active again, a first appointment by the next working day, nothing counted."""
    released = event("released", "2015-05-01", reason="committal_end")

    seen = after(*BREACHED, COMMITTED, released, now="2015-05-02")

    assert ("active", "pss", "T23", 0) == (
        seen.state,
        seen.view["phase"],
        seen.arrows()[-1],
        seen.view["counted_failures"],
    )
    assert ("running", "2015-05-05") == seen.clock("first-contact-release/2015-05-01")
    # What custody let fall away is owed again.
    assert ["fell_away", "open"] == of_row(seen, "ev-promote-compliance")


def test_d16_row_6_whoever_was_committed_before_the_induction_is_still_owed_it() -> None:
    """T23, induction-at-start: it fell away in prison, and is due again after the release."""
    released = event("released", "2015-05-01", reason="committal_end")

    seen = played([*supervised()[:6], *BREACHED, COMMITTED, released], "2015-05-02")

    assert "allocated" == seen.state
    assert ["fell_away", "open"] == of_row(seen, "plan-post-release-complete")
    assert ("missed", "2015-04-20T23:00:00Z") == seen.settled("induction-at-start")
    assert ("running", "2015-05-11") == seen.clock("induction-at-start/2015-05-01")


def test_a_committal_told_by_the_court_alone_leaves_nothing_of_the_release_open() -> None:
    """T22: the same clocks fall away as where the prison reports it."""
    back = event("returned_to_custody", "2015-04-20 15:00", why="committal")

    by_court = after(*BREACHED, COMMITTED, now="2015-04-22")
    by_both = after(*BREACHED, COMMITTED, back, now="2015-04-22")

    for seen in (by_court, by_both):
        assert ["fell_away"] == of_row(seen, "ev-promote-compliance")


def test_d16_row_7_supervision_that_ends_in_custody_ends_the_sentence() -> None:
    """committed-to-end: by its date, while the person is committed."""
    late = event("court_decided", "2016-02-25", outcome="committed")

    seen = after(*BREACHED, late, now="2016-03-02")

    assert ("completed", "committed_to_end", "committed-to-end") == (
        seen.state,
        seen.view["outcome"],
        seen.arrows()[-1],
    )


@pytest.mark.parametrize("outcome", ["good_progress", "requirement_ended", "revoked_custody"])
def test_d16_row_8_other_powers_of_the_court_are_not_guessed(outcome: str) -> None:
    """AMB-14: recorded, irregular, and the note says what is foreseen."""
    decided = court(outcome)

    seen = after(*BREACHED, decided)

    note = (
        f"{outcome} is not foreseen of a post_sentence_supervision: "
        "foreseen are committed, continues, not_proved; the state stays as it is"
    )
    assert ("breached", ("applied", note), True) == (
        seen.state,
        seen.verdict(decided),
        irregular(seen, decided),
    )


def test_d17_row_11_supervision_that_continues_has_its_past_spent() -> None:
    """T07, D8.3, AMB-09."""
    seen = after(*BREACHED, court("continues"))

    assert ("active", "T07", 0) == (seen.state, seen.arrows()[-1], seen.view["counted_failures"])


def test_d17_row_12_a_breach_of_supervision_not_proved_leads_back() -> None:
    """T08: warned as before, with all three failures still counted."""
    seen = after(*BREACHED, court("not_proved"))

    assert ("warned", "T08", 3) == (seen.state, seen.arrows()[-1], seen.view["counted_failures"])


def test_a_committal_with_no_breach_before_the_court_is_followed() -> None:
    """The person is in custody, and the later release is applied to it."""
    released = event("released", "2015-05-01", reason="committal_end")

    seen = after(COMMITTED, now="2015-04-21")
    later = after(COMMITTED, released, now="2015-05-02")

    note = "committed, and no breach was before the court"
    assert (("applied", note), True) == (seen.verdict(COMMITTED), irregular(seen, COMMITTED))
    assert ("breached", "pss_committal") == (seen.state, seen.view["phase"])
    assert ("active", "pss") == (later.state, later.view["phase"])


def test_a_committal_that_the_prison_told_of_first_is_not_told_twice() -> None:
    """T22 once, and one review to make."""
    returned = event("returned_to_custody", "2015-04-20 10:00", why="committal")

    seen = after(*BREACHED, returned, COMMITTED)

    assert 1 == seen.arrows().count("T22")
    assert 1 == len([d for d in seen.view["duties"] if d["duty"] == "plan-review-on-recall"])
    assert "2015-04-20" == seen.view["breaches"][0]["committed_on"]


def test_a_court_that_lets_it_go_on_after_committing_frees_nobody() -> None:
    """The prison reports the release."""
    decided = court("continues", "2015-04-22")

    seen = after(*BREACHED, COMMITTED, decided, now="2015-04-23")

    assert ("breached", "pss_committal", True) == (
        seen.state,
        seen.view["phase"],
        irregular(seen, decided),
    )


def test_a_breach_cannot_be_withdrawn_once_the_court_has_committed() -> None:
    """It was decided; the refusal says where a withdrawal is possible."""
    withdrawn = event("breach_withdrawn", "2015-04-22")

    seen = after(*BREACHED, COMMITTED, withdrawn, now="2015-04-23")

    reason = "breach_withdrawn is refused in pss_committal; it is allowed in community, pss"
    assert ("refused", reason) == seen.verdict(withdrawn)


def test_no_court_deals_with_a_breach_of_licence() -> None:
    """5.3: a licence is enforced by recall; what a court says is recorded all the same."""
    decided = court("continues")

    seen = played([*on_licence(), decided], "2015-04-21")

    note = (
        "continues is not foreseen of a licence: a breach of it goes to no court; "
        "the state stays as it is"
    )
    assert ("active", ("applied", note)) == (seen.state, seen.verdict(decided))


def test_guard_7_supervision_past_its_end_is_held_while_a_breach_is_before_the_court() -> None:
    """Flagged, and completed on its date by the court's word."""
    stream = [
        *supervised(),
        *failed("F1", "2016-02-15"),
        event("breach_decided", "2016-02-16", failure_ids=["F1"]),
    ]
    continues = court("continues", "2016-03-10")

    held = played(stream, "2016-03-05")
    done = played([*stream, continues], "2016-03-11")

    assert ("breached", None) == (held.state, held.view["outcome"])
    assert "end_held" in {flag["code"] for flag in held.view["flags"]}
    assert ("completed", "expired", "2016-03-01") == (
        done.state,
        done.view["outcome"],
        done.view["ended_on"],
    )


def test_d5_row_5_licence_failures_do_not_count_for_supervision() -> None:
    """Two on licence, one after it: one counts, and a warning is advised (D7.5)."""
    stream = [
        *after_licence(),
        *failed("F1", "2015-05-11"),
        event("failure_judged", "2015-05-11 15:00", failure_id="F1", acceptable=False),
        warned("W1", "2015-05-12", "F1"),
        *failed("F2", "2015-06-08"),
    ]

    seen = played(stream, "2015-06-09")

    assert (1, [("warning_issued", "D7.5")]) == (seen.view["counted_failures"], seen.steps())


SET = event("supervision_requirements_set", "2015-03-02")


def test_the_requirements_that_were_set_for_supervision_are_shown_with_what_breaks_them() -> None:
    """NS 2015: they are set for the Secretary of State, and no document lists them."""
    report = event("failure_reported", "2015-03-16", failure_id="F1", what="night_away")

    seen = after(SET, report)

    assert [("SLC3", ["F1"]), ("SLC4", [])] == [
        (item["condition"], item["failed"]) for item in seen.view["conditions"]
    ]
    assert ["done"] == of_row(seen, "pss-requirements-known")


def test_while_the_requirements_of_supervision_are_not_known_the_officer_finds_out() -> None:
    """pss-requirements-known: a word of the officer settles it as well."""
    said = event("duty_discharged", "2015-03-10", duty="pss-requirements-known")

    assert ([], ["open"]) == (
        after().view["conditions"],
        of_row(after(), "pss-requirements-known"),
    )
    assert ["done"] == of_row(after(said), "pss-requirements-known")
