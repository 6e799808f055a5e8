"""Readings of open questions that this build implements.

An edition states its choice on each question that the documents leave open. A choice that no code
carries out must not be pinned by a sentence, so an edition that makes one is refused at start-up.
"""

from collections.abc import Mapping
from typing import Final

from states.errors import StatesError
from states.standards.edition import Edition

SUPPORTED_READINGS: Final[Mapping[str, frozenset[str]]] = {
    "address-rules": frozenset({"by_type_and_offence"}),
    "barred-from-fixed-term": frozenset({"standard_recall"}),
    "crc-breach-acted-on-by": frozenset({"referral_received"}),
    "crc-recall-goes": frozenset({"direct"}),
    "electronic-only": frozenset({"every_requirement"}),
    "emergency-recall": frozenset({"urgent_standard"}),
    "enforcement-clock": frozenset({"each"}),
    "evaluation-after-early-end": frozenset({"by_actual_end"}),
    "evaluation-of-electronic-only": frozenset({"where_planned"}),
    "failure-window": frozenset({"rolling"}),
    "first-appointment-counted-from": frozenset({"provider_allocation"}),
    "first-appointment-met-by": frozenset({"booking_in_time"}),
    "fixed-term-capped-by": frozenset({"licence_end"}),
    "fixed-term-length": frozenset({"every_sentence"}),
    "foreign-travel-prohibition": frozenset({"opaque"}),
    "licence-warning-clock": frozenset({"recall_decision"}),
    "out-of-window": frozenset({"not_spent"}),
    "prohibited-activity-on-licence": frozenset({"uncapped"}),
    "recall-clock-stopped-by": frozenset({"casework_section"}),
    "recall-during-referral": frozenset({"as_high"}),
    "recall-without-failure": frozenset({"no_failure_clock"}),
    "record-delay": frozenset({"shown"}),
    "single-curfew-enforced-by": frozenset({"nps"}),
    "spent-by-court": frozenset({"every_regime"}),
    "spent-on-licence-by": frozenset({"re_release"}),
    "supervision-breach-outcomes": frozenset({"committed_continued_other"}),
    "supervision-dates": frozenset({"given"}),
    "suspended-breach-outcomes": frozenset({"activated_continued_varied_other"}),
    "transfer-during-clock": frozenset({"keeps_start"}),
    "urgent-within-fixed-term": frozenset({"too_much_risk"}),
    "victim-eligibility": frozenset({"entered"}),
}
"""Implemented values of each worded setting."""


class UnsupportedReadingError(StatesError):
    """Raised when an edition chooses a reading that this build does not implement."""

    def __init__(self, edition: str, setting: str, value: str) -> None:
        self.edition, self.setting, self.value = edition, setting, value
        held = ", ".join(sorted(SUPPORTED_READINGS.get(setting, frozenset()))) or "no such setting"
        super().__init__(f"{edition} sets {setting} to {value}; this build carries out: {held}")


def require_readings(edition: Edition) -> None:
    """Refuse an edition with a worded setting that no code implements.

    Raises:
        UnsupportedReadingError: For the first such setting, by name.
    """
    for name, setting in sorted(edition.settings.items()):
        if isinstance(setting.value, str) and setting.value not in SUPPORTED_READINGS.get(
            name, frozenset()
        ):
            raise UnsupportedReadingError(edition.name, name, setting.value)
