"""The readings of open questions that this build carries out.

An edition states its choice on each question that the documents leave open. A choice that no code
carries out must not be pinned by a sentence, so an edition that makes one is refused at start-up.
"""

from collections.abc import Mapping
from typing import Final

from states.errors import StatesError
from states.timescale import Edition

READINGS: Final[Mapping[str, frozenset[str]]] = {
    "crc-breach-acted-on-by": frozenset({"referral_received"}),
    "enforcement-clock": frozenset({"each"}),
    "evaluation-after-early-end": frozenset({"by_actual_end"}),
    "evaluation-of-electronic-only": frozenset({"where_planned"}),
    "failure-window": frozenset({"rolling"}),
    "first-appointment-counted-from": frozenset({"provider_allocation"}),
    "first-appointment-met-by": frozenset({"booking_in_time"}),
    "record-delay": frozenset({"shown"}),
}
"""The values of each worded setting for which there is code."""


class UnsupportedReadingError(StatesError):
    """Raised when an edition chooses a reading that this build does not carry out."""

    def __init__(self, edition: str, setting: str, value: str) -> None:
        self.edition, self.setting, self.value = edition, setting, value
        held = ", ".join(sorted(READINGS.get(setting, frozenset()))) or "no such setting"
        super().__init__(f"{edition} sets {setting} to {value}; this build carries out: {held}")


def require_readings(edition: Edition) -> None:
    """Refuse an edition with a worded setting that no code carries out.

    Raises:
        UnsupportedReadingError: For the first such setting, by name.
    """
    for name, setting in sorted(edition.settings.items()):
        if isinstance(setting.value, str) and setting.value not in READINGS.get(name, frozenset()):
            raise UnsupportedReadingError(edition.name, name, setting.value)
