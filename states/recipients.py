"""Who can be told: every word that a notice uses for its recipient, and what tells two apart."""

from collections.abc import Mapping
from typing import Final

RECIPIENTS: Final[Mapping[str, str]] = {
    "officer": "the officer of the case",
    "line_manager": "the manager of that officer",
    "senior_manager": "the manager above",
    "provider": "the provider that manages the case",
    "reporting_provider": "who delivers part of the sentence and reported a failure",
    "treatment_provider": "who treats or tests the person under a requirement",
    "em_provider": "who monitors a requirement electronically",
    "contributors": "all who work on the plan",
    "nps_contact": "who at the NPS answers for a case that a CRC manages",
    "nps_enforcement": "the enforcement team of the NPS",
    "court_officer": "probation staff at court",
    "court": "the court",
    "casework_section": "the casework section that revokes licences",
    "noms": "the agency above probation and prisons",
    "prison": "the prison",
    "police": "the police of the area",
    "agencies": "all agencies that work with the case",
    "stakeholders": "whom a requirement concerns besides the police",
    "victim_liaison": "the victim liaison of the case",
    "ap": "the approved premises",
    "person": "the person who serves the sentence",
    "sender": "the organisation that sent a message which was not taken",
    "ops": "whoever runs this system",
}
"""By the word that an effect carries: who is meant."""

CODES: Final = (
    *("officer", "stakeholder", "provider_code", "area"),
    *("court", "prison", "organisation", "provider"),
)
"""What tells two recipients of one word apart, the most telling first.

`organisation` is who reported, or sent, what the notice is about; `stakeholder` whom a requirement
names.
"""
