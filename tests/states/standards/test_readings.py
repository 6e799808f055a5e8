"""An edition is only run where its choices on open questions are carried out."""

import pytest

from activities.standards import load_catalogue
from states.standards.edition import Setting
from states.standards.readings import SUPPORTED_READINGS, UnsupportedReadingError, require_readings


def test_the_released_edition_is_carried_out() -> None:
    """Every worded setting of ns-2015 has code, and every reading with code is a setting of it."""
    edition = load_catalogue().editions["ns-2015"]
    require_readings(edition)

    worded = {name for name, item in edition.settings.items() if isinstance(item.value, str)}
    assert worded == set(SUPPORTED_READINGS)


def test_a_reading_without_code_is_refused() -> None:
    """An edition that restarts the clock at each failure is refused, with what holds instead."""
    edition = load_catalogue().editions["ns-2015"]
    other = Setting(value="last", ambiguity="AMB-05", why="another reading")
    changed = edition.model_copy(
        update={"settings": {**edition.settings, "enforcement-clock": other}}
    )

    with pytest.raises(UnsupportedReadingError) as refusal:
        require_readings(changed)

    assert "ns-2015 sets enforcement-clock to last; this build carries out: each" == str(
        refusal.value
    )
