"""The word that a duty was done: `duty_discharged`."""

import pytest

from states.events.envelope import Event
from tests.states.custody import contact, duty, freed, of_row, said
from tests.states.stream import Played, event, played, serving

CHILD = contact("child_risk", "2026-11-23")
OTHER = contact("adult_risk", "2026-11-23 13:00")
KEY = f"ev-child-risk/{CHILD.uid}"


def after(*events: Event, now: str = "2026-12-10") -> Played:
    return played([*serving(), *events], now)


def test_it_settles_the_duty_that_it_names_and_no_other() -> None:
    """With its subject, or without one where a single one is open."""
    word = said("ev-child-risk", "2026-11-25", subject=CHILD.uid)

    seen = after(CHILD, OTHER, word)

    assert ("done", "2026-11-25T12:00:00Z") == duty(seen, KEY)
    assert ["open"] == of_row(seen, "ev-adult-risk")


def test_it_settles_a_worded_clock_as_well() -> None:
    """Standard 2C: a duty without an event of its own is discharged so."""
    change = event("significant_change_recorded", "2026-11-23")
    word = said("plan-updated-prompt", "2026-11-24")

    assert ["met"] == of_row(after(change, word), "plan-updated-prompt")


def test_the_day_on_which_it_was_done_counts() -> None:
    """Reported later, it was done on its own day."""
    change = event("significant_change_recorded", "2026-11-23")
    late = said("plan-updated-prompt", "2026-12-03", done_on="2026-11-30")

    assert ["met"] == of_row(after(change, late), "plan-updated-prompt")


def test_a_duty_that_no_edition_knows_is_refused() -> None:
    """The refusal lists what is open."""
    word = said("ev-unheard-of", "2026-11-25")

    verdict, reason = after(CHILD, word).verdict(word)

    assert "refused" == verdict
    assert reason.startswith(
        "there is no duty ev-unheard-of; open: adult-risk-early, ap-considered-"
    )


def test_a_duty_with_an_event_of_its_own_is_refused() -> None:
    """An act with a kind of event of its own is reported by that kind."""
    word = said("ev-rosh-confirm", "2026-11-25")

    verdict, reason = after(word).verdict(word)

    assert "refused" == verdict
    assert reason.startswith("ev-rosh-confirm is discharged by rosh_confirmed; open: ")


def test_one_of_several_has_to_be_named() -> None:
    """Without a subject the event is ambiguous."""
    second = contact("child_risk", "2026-11-24")
    word = said("ev-child-risk", "2026-11-25")

    verdict, reason = after(CHILD, second, word).verdict(word)

    assert ("refused", f"name the subject: {KEY}, ev-child-risk/{second.uid} are open") == (
        verdict,
        reason,
    )


def test_it_waits_for_a_duty_that_has_not_opened() -> None:
    """Held: it keeps its own time, and is applied when the duty opens."""
    word = said("ev-child-risk", "2026-11-20")

    alone = after(word)
    opened = after(word, CHILD)

    assert ("held", "waits for the opening of ev-child-risk") == alone.verdict(word)
    assert ("applied", ("done", "2026-11-20T12:00:00Z")) == (
        opened.verdict(word)[0],
        duty(opened, KEY),
    )


def test_it_waits_for_the_very_subject_that_it_names() -> None:
    """Another one that is open is not meant."""
    word = said("ev-child-risk", "2026-11-25", subject="CRC/later")

    reason = "waits for the opening of ev-child-risk/CRC/later"
    assert ("held", reason) == after(CHILD, word).verdict(word)


def test_it_waits_for_a_duty_that_a_date_opens() -> None:
    """T20 opens the duties of supervision, and no event does."""
    dates = {"licence_ends_on": "2028-01-02", "pss_ends_on": "2028-10-31"}
    word = said("ev-first-appt-content", "2028-01-02 09:00", subject="none")
    quiet = said("ev-first-appt-content", "2027-12-20")

    seen = played([*freed(**dates), word, quiet], "2028-02-01")

    assert "held" == seen.verdict(word)[0]
    assert "applied" == seen.verdict(quiet)[0]


def test_what_may_be_done_before_counts_when_it_opens() -> None:
    """The row says so: nothing waits."""
    word = said("ev-transfer-consult", "2026-11-20")
    moved = event("provider_transferred", "2026-12-01")

    alone = after(word)
    opened = after(word, moved)

    note = "ev-transfer-consult has not opened; it counts when it does"
    assert ("applied", note) == alone.verdict(word)
    assert ["done"] == of_row(opened, "ev-transfer-consult")


def test_what_is_settled_stays_as_it_is() -> None:
    """The word comes second: the first settled it."""
    referral = contact("children_services_referral", "2026-11-24")
    word = said("ev-child-risk", "2026-11-25")

    seen = after(CHILD, referral, word)

    assert ("applied", f"{KEY} was settled already") == seen.verdict(word)
    assert ("done", "2026-11-24T12:00:00Z") == duty(seen, KEY)


def test_withdrawn_the_duty_is_open_again() -> None:
    """The word was wrong: the fold leaves it out."""
    word = said("ev-child-risk", "2026-11-25")
    gone = event("event_withdrawn", "2026-11-26", withdrawn_event_id=word.event_id)

    assert "open" == duty(after(CHILD, word, gone), KEY)[0]


def test_after_the_end_the_duties_of_the_end_are_discharged() -> None:
    """Facts are applied in any state."""
    end = event("sentence_ended", "2026-11-20", reason="other")
    word = said("ev-end-notify", "2026-11-25")

    seen = after(end, word)

    assert ("applied", ["done"]) == (seen.verdict(word)[0], of_row(seen, "ev-end-notify"))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_order_of_arrival_the_view_is_one(seed: int) -> None:
    """The log decides a waiting event, never the order of arrival."""
    stream = [
        *serving(),
        said("ev-child-risk", "2026-11-20"),
        CHILD,
        said("ev-transfer-consult", "2026-11-21"),
        event("provider_transferred", "2026-12-01"),
    ]
    shuffled = [stream[(i * (2 * seed + 3)) % len(stream)] for i in range(len(stream))]
    rest = [item for item in stream if item not in shuffled]

    first = played(stream, "2026-12-10")
    other = played([*shuffled, *rest], "2026-12-10")

    kept = {name: value for name, value in first.view.items() if name != "arrival"}
    assert kept == {name: other.view[name] for name in kept}
