"""A timescale is strict about its facts, and an edition about its rows."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from activities.standards import load_catalogue
from states.standards.edition import Edition, SourceDocument, UnknownBoundError, UnknownSettingError
from states.standards.provisions import Duty, DutyNotice, Timescale
from states.standards.terms import (
    AppliesTo,
    BindingForce,
    Direction,
    Flag,
    RecipientRole,
    Settlement,
    TimerKind,
    Trigger,
    Unit,
)
from tests.timescales import duty, timescale

NS_2015 = load_catalogue().editions["ns-2015"]
AFTER, COUNTER = Direction.LATEST_AFTER, Direction.COUNTER
FLOOR, CAP, THRESHOLD = Direction.FLOOR, Direction.CAP, Direction.THRESHOLD
UNTIMED = {"timer": TimerKind.NONE}


def edition(*rows: Timescale | Duty, **changes: Any) -> Edition:
    facts = dict(NS_2015) | {
        "timescales": {row.id: row for row in rows if isinstance(row, Timescale)},
        "duties": {row.id: row for row in rows if isinstance(row, Duty)},
    }
    return Edition(**facts | changes)


TOLD = {"tells": (RecipientRole.OFFICER,)}
_DONE_AND_ENDED = {
    "discharged_by": (Settlement.RELEASED,),
    "ends_with": (Settlement.RELEASED,),
}


@pytest.mark.parametrize(
    ("amount", "unit", "direction", "others", "rule"),
    [
        (None, Unit.WEEKS, AFTER, {}, "an amount has a unit"),
        (5, Unit.NONE, AFTER, {}, "an amount has a unit"),
        (None, Unit.NONE, AFTER, {}, "all but on_the_day have amounts, where they are timed"),
        (5, Unit.WORKING_DAYS, Direction.UNTIL, {}, "working_days are counted forward only"),
        (2, Unit.HOURS, Direction.LATEST_BEFORE, {}, "hours are counted forward only"),
        (2, Unit.WEEKS, AFTER, {"threshold": 2}, "a counter has a threshold"),
        (12, Unit.MONTHS, COUNTER, {}, "a counter has a threshold"),
        (12, Unit.MONTHS, COUNTER, {"threshold": 2}, "a counter is not timed"),
        (2, Unit.WEEKS, AFTER, {"when_missed": Flag.FLAG}, "a flag tells somebody"),
        (2, Unit.WEEKS, AFTER, {"tells": (RecipientRole.OFFICER,)}, "a flag tells somebody"),
        (2, Unit.WEEKS, AFTER, {"escalate_after_hours": 2}, "goes with when_missed escalate_now"),
        (2, Unit.MONTHS, FLOOR, {}, "a floor or a threshold is not timed or discharged"),
        (2, Unit.MONTHS, THRESHOLD, {}, "a floor or a threshold is not timed or discharged"),
        (
            2,
            Unit.MONTHS,
            FLOOR,
            UNTIMED | {"discharged_by": (Settlement.RELEASED,)},
            "a floor or a threshold is not timed or discharged",
        ),
        (2, Unit.MONTHS, CAP, UNTIMED | {"day": date(2015, 2, 1)}, "only a threshold has a day"),
        (
            2,
            Unit.MONTHS,
            CAP,
            UNTIMED | {"when_missed": Flag.FLAG, **TOLD},
            "a bound is not missed, so it flags nothing",
        ),
        (1, Unit.NIGHTS, AFTER, {}, "only a bound counts nights"),
        (1, Unit.NIGHTS, Direction.UNTIL, UNTIMED, "nights are counted forward only"),
        (1, Unit.MONTHS, AFTER, {"counts_suspension": True}, "a count of working days only"),
        (1, Unit.WEEKS, AFTER, {"length_in_words": "at once"}, "goes with number_is_ours"),
        (
            1,
            Unit.WEEKS,
            AFTER,
            {"contact_kinds": ("home_visit",)},
            "contact_kinds go with discharged_by contact_recorded",
        ),
        (
            1,
            Unit.WEEKS,
            AFTER,
            {"discharged_by": (Settlement.CONTACT_RECORDED,)},
            "contact_kinds go with discharged_by contact_recorded",
        ),
        (
            1,
            Unit.WEEKS,
            AFTER,
            {"opening_kinds": ("child_risk",)},
            "opening_kinds go with the trigger contact_of_kind",
        ),
        (
            1,
            Unit.WEEKS,
            AFTER,
            {"also_triggered_by": (Trigger.ALLOCATION,)},
            "a list of a row says nothing twice",
        ),
        (
            1,
            Unit.WEEKS,
            AFTER,
            _DONE_AND_ENDED,
            "a list of a row says nothing twice",
        ),
        (1, Unit.WEEKS, AFTER, {"carries": ("example",)}, "a list of a row says nothing twice"),
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


@pytest.mark.parametrize(
    ("hardness", "ours", "word", "binds"),
    [
        (BindingForce.LAW, None, None, True),
        (BindingForce.STANDARD, None, None, True),
        (BindingForce.MINIMUM, None, None, True),
        (BindingForce.RATIONALE_MANDATORY, None, None, False),
        (BindingForce.PRACTICE_GUIDE, None, None, False),
        (BindingForce.CURRENT_PRACTICE, None, None, False),
        (BindingForce.OUR_DEFAULT, None, None, False),
        (BindingForce.STANDARD, "the shortest", None, False),
        (BindingForce.STANDARD, "the day itself", "immediately", True),
        (BindingForce.PRACTICE_GUIDE, "the day itself", "immediately", False),
    ],
)
def test_a_miss_is_a_missed_standard_only_where_the_standard_gives_the_length(
    hardness: BindingForce, ours: str | None, word: str | None, *, binds: bool
) -> None:
    """A length of ours prompts and flags; a guide binds nobody, whatever length it gives."""
    found = timescale(
        0,
        Unit.CALENDAR_DAYS,
        AFTER,
        hardness=hardness,
        number_is_ours=ours,
        length_in_words=word,
    )

    assert binds is found.binds


def test_timescales_start_in_the_order_of_their_ids() -> None:
    """Timers are armed in an order that does not depend on the files."""
    found = NS_2015.triggered_by(Trigger.ALLOCATION, "community_order")

    assert [
        "adult-risk-early",
        "allocation-notice-prompt",
        "first-appt-community",
        "first-appt-community-held",
        "officer-assigned-prompt",
        "upw-induction-in-time",
        "upw-start-7wd",
    ] == [rule.id for rule in found]


def test_a_sentence_of_unknown_type_starts_only_what_applies_to_all() -> None:
    """Before the imposition the prompt for it runs, and no clock of an order does."""
    opening = NS_2015.triggered_by(Trigger.OPENING, None)
    special = timescale(1, Unit.WEEKS, AFTER)

    assert ["imposition-prompt"] == [rule.id for rule in opening]
    assert () == edition(special).triggered_by(Trigger.ALLOCATION, None)
    assert opening == NS_2015.triggered_by(Trigger.OPENING, "a type of a later year")


def test_a_bound_is_started_by_nothing() -> None:
    """It is read by its id; a clock of the same trigger starts without it."""
    clock = timescale(1, Unit.WEEKS, AFTER, id="clock")
    bound = timescale(2, Unit.YEARS, CAP, id="bound", **UNTIMED)

    found = edition(clock, bound)

    assert (clock,) == found.triggered_by(Trigger.ALLOCATION, "community_order")
    assert bound == found.bound("bound")


def test_what_is_no_bound_is_not_read_as_one() -> None:
    """Neither a clock nor a counter that proposes, nor an id that the edition does not hold."""
    for row in ("enforce-6wd", "breach-co-2-in-12m", "record-same-day", "no-such-row"):
        with pytest.raises(UnknownBoundError, match=f"ns-2015 has no bound {row}"):
            NS_2015.bound(row)


def test_a_row_starts_with_each_of_its_triggers() -> None:
    """Induction is due when an order, a licence or supervision begins."""
    found = timescale(1, Unit.WEEKS, AFTER, also_triggered_by=(Trigger.RELEASE,))

    for trigger in (Trigger.ALLOCATION, Trigger.RELEASE):
        assert (found,) == edition(found).triggered_by(trigger, "community_order")


def test_what_applies_to_all_starts_beside_what_applies_to_one() -> None:
    """A sentence type has its own timescales and the general ones."""
    general = timescale(1, Unit.WEEKS, AFTER, id="b", applies_to=(AppliesTo.ALL,))
    special = timescale(1, Unit.WEEKS, AFTER, id="a")

    found = edition(general, special)

    assert (special, general) == found.triggered_by(Trigger.ALLOCATION, "community_order")
    assert (general,) == found.triggered_by(Trigger.ALLOCATION, "custody")
    assert () == found.triggered_by(Trigger.CONTACT, "custody")


def test_a_settlement_names_every_row_it_can_discharge() -> None:
    """One act may answer several clocks and duties, and some answer none."""
    assert (
        "attendance-centre-prompt",
        "enforce-6wd",
        "enforce-immediate",
        "ev-crc-refer-breach",
    ) == NS_2015.settled_by(Settlement.WARRANT_SOUGHT)
    assert () == edition().settled_by(Settlement.WARNING_ISSUED)


def test_what_ends_a_row_does_not_discharge_it() -> None:
    """A requirement that a court ended was not completed."""
    found = edition(
        timescale(
            1,
            Unit.WEEKS,
            AFTER,
            discharged_by=(Settlement.REQUIREMENT_COMPLETED,),
            ends_with=(Settlement.REQUIREMENT_ENDED,),
        )
    )

    assert ("example",) == found.settled_by(Settlement.REQUIREMENT_COMPLETED)
    assert () == found.settled_by(Settlement.REQUIREMENT_ENDED)
    assert ("example",) == found.ended_by(Settlement.REQUIREMENT_ENDED)


def test_a_row_is_found_by_its_id() -> None:
    """A timescale and a duty are found alike."""
    rows = (timescale(1, Unit.WEEKS, AFTER, id="timed"), duty(id="untimed"))

    found = edition(*rows)

    assert (*rows, None) == tuple(found.provision(key) for key in ("timed", "untimed", "neither"))


def test_a_timescale_is_cited_by_its_governing_text() -> None:
    """The view names the paragraph as a reader of the document would."""
    assert "NS 2015 9(a)" == NS_2015.cited(NS_2015.timescales["enforce-6wd"])


def test_settings_are_read_in_the_form_they_have() -> None:
    """Asking for a setting in another form, or for an unknown one, says so."""
    assert (3, 5) == NS_2015.numbers("explanation-prompts")
    with pytest.raises(UnknownSettingError, match="enforcement-clock that is a list of numbers"):
        NS_2015.numbers("enforcement-clock")
    with pytest.raises(UnknownSettingError, match="explanation-prompt that is a list of numbers"):
        NS_2015.numbers("explanation-prompt")


def test_an_edition_lists_every_document_it_cites() -> None:
    """A citation of an unlisted document is refused by its name."""
    other = {"another": SourceDocument(title="Another", short="A", dated="1907")}

    with pytest.raises(ValidationError, match="documents cited but not listed: ns-2015"):
        edition(timescale(1, Unit.WEEKS, AFTER), documents=other)
    with pytest.raises(ValidationError, match="documents cited but not listed: ns-2015"):
        edition(duty(), documents=other)


def test_an_edition_files_timescales_under_their_ids() -> None:
    """A lookup by id finds the timescale of that id."""
    with pytest.raises(ValidationError, match="timescale example is filed under another"):
        edition(timescales={"another": timescale(1, Unit.WEEKS, AFTER)})
    with pytest.raises(ValidationError, match="duty example is filed under another"):
        edition(duties={"another": duty()})


@pytest.mark.parametrize(
    "rows",
    [
        (timescale(1, Unit.WEEKS, AFTER), duty()),
        (duty(id="first", carries=("ev-twice",)), duty(id="second", carries=("ev-twice",))),
        (duty(id="first"), duty(id="second", carries=("first",))),
    ],
)
def test_no_rule_stands_in_two_rows(rows: tuple[Timescale | Duty, ...]) -> None:
    """A rule carried twice could be changed in one place and forgotten in the other."""
    with pytest.raises(ValidationError, match="carried more than once: "):
        edition(*rows)


NOTICE = DutyNotice(template="exclusion-notice", recipient=RecipientRole.POLICE)


@pytest.mark.parametrize("deadline", ["amount", "unit", "direction", "timer", "when_missed", "day"])
def test_a_duty_cannot_be_given_a_deadline(deadline: str) -> None:
    """Where no document sets a time, no file may (catalogue 2D)."""
    with pytest.raises(ValidationError, match=f"{deadline}\\n.*Extra inputs are not permitted"):
        duty(**{deadline: 1})


@pytest.mark.parametrize(
    ("others", "rule"),
    [
        ({"discharged_by": ()}, "a recurring duty is never discharged, and any other can be"),
        ({"recurring": True}, "a recurring duty is never discharged, and any other can be"),
        ({"notices": (NOTICE,)}, "notices go with discharged_by notice_acknowledged"),
        (
            {"discharged_by": (Settlement.NOTICE_ACKNOWLEDGED,)},
            "notices go with discharged_by notice_acknowledged",
        ),
        ({"owner": "somebody"}, "owner"),
    ],
)
def test_a_duty_that_contradicts_itself_is_refused(others: dict[str, Any], rule: str) -> None:
    """The refusal names the rule that is broken, or the field."""
    with pytest.raises(ValidationError, match=rule):
        duty(**others)


def test_a_duty_may_owe_notices_continue_or_open_with_a_contact() -> None:
    """Each form is accepted with what goes with it."""
    notifying = duty(notices=(NOTICE,), discharged_by=(Settlement.NOTICE_ACKNOWLEDGED,))
    lasting = duty(recurring=True, discharged_by=(), ends_with=(Settlement.AP_LEFT,))
    opened = duty(trigger=Trigger.CONTACT_OF_KIND, opening_kinds=("child_risk",))

    assert (NOTICE,) == notifying.notices
    assert (Settlement.AP_LEFT,) == lasting.ends_with
    assert ("child_risk",) == opened.opening_kinds
