"""A duty has an owner and an end, and never a deadline."""

from typing import Any

import pytest
from pydantic import ValidationError

from states.timescale import Notice, Recipient, Settlement, Trigger
from tests.timescales import duty

LETTER = Notice(template="exclusion-notice", recipient=Recipient.POLICE)


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
        ({"notices": (LETTER,)}, "notices go with discharged_by notice_acknowledged"),
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


def test_a_duty_may_owe_letters_go_on_or_open_with_a_contact() -> None:
    """Each form is accepted with what goes with it."""
    letters = duty(notices=(LETTER,), discharged_by=(Settlement.NOTICE_ACKNOWLEDGED,))
    lasting = duty(recurring=True, discharged_by=(), ends_with=(Settlement.AP_LEFT,))
    opened = duty(trigger=Trigger.CONTACT_OF_KIND, opening_kinds=("child_risk",))

    assert (LETTER,) == letters.notices
    assert (Settlement.AP_LEFT,) == lasting.ends_with
    assert ("child_risk",) == opened.opening_kinds
