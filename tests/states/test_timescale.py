"""A timescale is strict about its facts, and an edition about its timescales."""

from typing import Any

import pytest
from pydantic import ValidationError

from activities.standards import load_shelf
from states.timescale import (
    AppliesTo,
    Direction,
    Document,
    Edition,
    Flag,
    Recipient,
    Settlement,
    TimerKind,
    Timescale,
    Trigger,
    Unit,
    UnknownSettingError,
)
from tests.timescales import timescale

NS_2015 = load_shelf().editions["ns-2015"]
AFTER, COUNTER = Direction.LATEST_AFTER, Direction.COUNTER


def edition(*timescales: Timescale, **changes: Any) -> Edition:
    facts = dict(NS_2015) | {"timescales": {rule.id: rule for rule in timescales}}
    return Edition(**facts | changes)


@pytest.mark.parametrize(
    ("amount", "unit", "direction", "others", "rule"),
    [
        (None, Unit.WEEKS, AFTER, {}, "an amount has a unit"),
        (5, Unit.NONE, AFTER, {}, "an amount has a unit"),
        (None, Unit.NONE, AFTER, {}, "all but on_the_day have amounts"),
        (5, Unit.WORKING_DAYS, Direction.UNTIL, {}, "working_days are counted forward only"),
        (2, Unit.HOURS, Direction.LATEST_BEFORE, {}, "hours are counted forward only"),
        (2, Unit.WEEKS, AFTER, {"threshold": 2}, "a counter has a threshold"),
        (12, Unit.MONTHS, COUNTER, {}, "a counter has a threshold"),
        (12, Unit.MONTHS, COUNTER, {"threshold": 2}, "a counter is not timed"),
        (2, Unit.WEEKS, AFTER, {"when_missed": Flag.FLAG}, "a flag tells somebody"),
        (2, Unit.WEEKS, AFTER, {"tells": (Recipient.OFFICER,)}, "a flag tells somebody"),
        (2, Unit.WEEKS, AFTER, {"escalate_after_hours": 2}, "goes with when_missed escalate_now"),
        (-1, Unit.WEEKS, AFTER, {}, "greater than or equal to 0"),
        (2, Unit.WEEKS, AFTER, {"source": ()}, "source"),
        (2, Unit.WEEKS, AFTER, {"applies_to": ()}, "applies_to"),
        (2, Unit.WEEKS, AFTER, {"id": "Two Words"}, "id"),
        (2, Unit.WEEKS, AFTER, {"ambiguity": "AMB-5"}, "ambiguity"),
        (2, Unit.WEEKS, AFTER, {"colour": "red"}, "colour"),
    ],
)
def test_a_timescale_that_contradicts_itself_is_refused(
    amount: int | None, unit: Unit, direction: Direction, others: dict[str, Any], rule: str
) -> None:
    """The refusal names the rule that is broken, or the field."""
    with pytest.raises(ValidationError, match=rule):
        timescale(amount, unit, direction, **others)


def test_a_counter_has_a_window_and_a_threshold() -> None:
    """A counter that is not timed, with both, is accepted."""
    found = timescale(12, Unit.MONTHS, COUNTER, threshold=2, timer=TimerKind.NONE)

    assert (2, 12) == (found.threshold, found.amount)


def test_timescales_start_in_the_order_of_their_ids() -> None:
    """Timers are armed in an order that does not depend on the files."""
    found = NS_2015.triggered_by(Trigger.ALLOCATION, "community_order")

    assert [
        "first-appt-community",
        "first-appt-community-held",
        "officer-assigned-prompt",
    ] == [rule.id for rule in found]


def test_a_sentence_of_unknown_type_starts_only_what_applies_to_all() -> None:
    """Before the imposition the prompt for it runs, and no clock of an order does."""
    opening = NS_2015.triggered_by(Trigger.OPENING, None)

    assert ["imposition-prompt"] == [rule.id for rule in opening]
    assert () == NS_2015.triggered_by(Trigger.ALLOCATION, None)
    assert opening == NS_2015.triggered_by(Trigger.OPENING, "a type of a later year")


def test_what_applies_to_all_starts_beside_what_applies_to_one() -> None:
    """A sentence type has its own timescales and the general ones."""
    general = timescale(1, Unit.WEEKS, AFTER, id="b", applies_to=(AppliesTo.ALL,))
    special = timescale(1, Unit.WEEKS, AFTER, id="a")

    found = edition(general, special)

    assert (special, general) == found.triggered_by(Trigger.ALLOCATION, "community_order")
    assert (general,) == found.triggered_by(Trigger.ALLOCATION, "custody")
    assert () == found.triggered_by(Trigger.CONTACT, "custody")


def test_a_settlement_names_every_timescale_it_can_discharge() -> None:
    """One act may answer several clocks, and some answer none."""
    assert ("enforce-6wd", "enforce-immediate") == NS_2015.settled_by(Settlement.WARRANT_SOUGHT)
    assert ("enforce-6wd",) == NS_2015.settled_by(Settlement.WARNING_ISSUED)
    assert () == edition().settled_by(Settlement.WARNING_ISSUED)


def test_a_timescale_is_cited_by_its_governing_text() -> None:
    """The view names the paragraph as a reader of the document would."""
    assert "NS 2015 9(a)" == NS_2015.cited(NS_2015.timescales["enforce-6wd"])


def test_settings_are_read_in_the_form_they_have() -> None:
    """Asking for a setting in another form, or for an unknown one, says so."""
    assert (3, 5) == NS_2015.numbers("explanation-prompts")
    assert "each" == NS_2015.word("enforcement-clock")
    with pytest.raises(UnknownSettingError, match="no setting enforcement-clock that is a number"):
        NS_2015.number("enforcement-clock")
    with pytest.raises(UnknownSettingError, match="no setting colour that is a word"):
        NS_2015.word("colour")
    with pytest.raises(UnknownSettingError, match="explanation-prompt that is a list of numbers"):
        NS_2015.numbers("explanation-prompt")


def test_an_edition_lists_every_document_it_cites() -> None:
    """A citation of an unlisted document is refused by its name."""
    other = {"another": Document(title="Another", short="A", dated="1907")}

    with pytest.raises(ValidationError, match="documents cited but not listed: ns-2015"):
        edition(timescale(1, Unit.WEEKS, AFTER), documents=other)


def test_an_edition_files_timescales_under_their_ids() -> None:
    """A lookup by id finds the timescale of that id."""
    with pytest.raises(ValidationError, match="timescale example is filed under another"):
        edition(timescales={"another": timescale(1, Unit.WEEKS, AFTER)})
