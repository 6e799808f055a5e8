"""Authorisation: who may take which step of enforcement, by role and organisation (D9).

The table has one column for each way in which a sentence is enforced: by a CRC, by the NPS, or by
the NPS for a case that a CRC holds, where a curfew or an attendance centre is the only requirement
(ev-curfew-acr-enforce).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from states.events.envelope import Event, Sender
from states.rules.handler import OFFICERS
from states.sentence import Sentence
from states.standards.terms import AppliesTo
from states.vocabulary import Provider, RequirementKind, Role


class Permission(StrEnum):
    """Steps that need a permission, by the row of the table that grants it."""

    EXCUSE = "D9.excuse"
    WARN = "D9.warn"
    REFER = "D9.refer"
    PRESENT = "D9.present"
    HEARINGS = "D9.hearings"
    FIRST_LICENCE_WARNING = "D9.first-licence-warning"
    FINAL_LICENCE_WARNING = "D9.final-licence-warning"
    RECOMMEND_RECALL = "D9.recommend-recall"
    MANAGE_RECALL = "D9.manage-recall"
    ENDORSE = "D9.endorse"
    REVOKE = "D9.revoke"
    ROSH = "D9.rosh"
    ALLOCATE = "D9.allocate"
    RE_RELEASE = "D9.re-release"
    DEAL_WITH_BREACH = "D9.deal-with-breach"


ROLE_NAMES: Final[Mapping[Role, str]] = {
    Role.OFFICER: "an officer",
    Role.LINE_MANAGER: "a line manager",
    Role.SENIOR_MANAGER: "a senior manager",
    Role.COURT_OFFICER: "a court officer",
    Role.PROVIDER: "a member of staff",
    Role.EM_PROVIDER: "a provider of electronic monitoring",
    Role.TREATMENT_PROVIDER: "a treatment provider",
    Role.PRISON: "a prison",
    Role.CASEWORK_SECTION: "the casework section",
    Role.PAROLE_BOARD: "the Parole Board",
    Role.COURT: "a court",
    Role.POLICE: "the police",
    Role.VICTIM_LIAISON: "a victim liaison officer",
    Role.OPS: "ops",
    Role.SYSTEM: "a system",
}
"""Roles as a sentence names them, in the order in which it lists them."""

RELAYING_ROLES: Final = frozenset({Role.SYSTEM, Role.OPS})
"""Roles that pass on what others did or sent, and decide nothing."""


def either(names: Sequence[str]) -> str:
    """Return names as one choice: "a, b or c"."""
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def any_of(roles: frozenset[Role]) -> str:
    """Return roles as one choice; those that only pass on are named where there is no other."""
    deciding = roles - RELAYING_ROLES or roles
    return either([name for role, name in ROLE_NAMES.items() if role in deciding])


def _organisation(name: str) -> str:
    known = {
        CRC: "the CRC",
        NPS: "the NPS",
        "COURT": "the court",
        "PAROLE_BOARD": "the Parole Board",
    }
    return known.get(name, name)


class Enforcer(StrEnum):
    """Enforcer of a sentence: the column of the table."""

    CRC = "CRC"
    NPS = "NPS"
    NPS_FOR_CRC = "NPS_FOR_CRC"
    """A CRC has the case, but a curfew or attendance centre is all there is (AMB-34)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Grant of a permission: to any of these roles, within any of these organisations."""

    roles: frozenset[Role]
    organisations: tuple[str, ...] = ()
    """Names as in the contract; empty for any."""

    def __str__(self) -> str:
        roles = any_of(self.roles)
        organisations = either([_organisation(name) for name in self.organisations])
        return f"{roles} of {organisations}" if organisations not in ("", roles) else roles


CRC = Provider.CRC.value
NPS = Provider.NPS.value
_AT_COURT: Final = OFFICERS | {Role.COURT_OFFICER}
_SENDERS: Final = _AT_COURT | {Role.PROVIDER} | RELAYING_ROLES
_OFFICER_OF_CRC: Final = Grant(OFFICERS, (CRC,))
_OFFICER_OF_NPS: Final = Grant(OFFICERS, (NPS,))
_NPS_AT_COURT: Final = Grant(_AT_COURT | RELAYING_ROLES, (NPS,))
_COURT_OR_NPS: Final = Grant(_AT_COURT | RELAYING_ROLES | {Role.COURT}, ("COURT", NPS))
_BY_CASEWORK: Final = Grant(frozenset({Role.CASEWORK_SECTION, *RELAYING_ROLES}), ("PPCS", "NOMS"))
_BY_BOARD: Final = Grant(frozenset({Role.PAROLE_BOARD, *RELAYING_ROLES}), ("PAROLE_BOARD",))
_NPS_ALLOCATES: Final = Grant(_SENDERS, (NPS,))
_SENIOR_OF_CRC: Final = Grant(frozenset({Role.SENIOR_MANAGER}), (CRC,))
_SENIOR_OF_NPS: Final = Grant(frozenset({Role.SENIOR_MANAGER}), (NPS,))


def _same(entitled: Grant) -> dict[Enforcer, Grant]:
    return dict.fromkeys(Enforcer, entitled)


def _apart(crc: Grant, nps: Grant) -> dict[Enforcer, Grant]:
    return {Enforcer.CRC: crc, Enforcer.NPS: nps, Enforcer.NPS_FOR_CRC: nps}


GRANTS: Final[Mapping[Permission, Mapping[Enforcer, Grant]]] = {
    # The provider that manages the case judges, warns and recommends, and no other.
    Permission.EXCUSE: _apart(_OFFICER_OF_CRC, _OFFICER_OF_NPS),
    Permission.WARN: _apart(_OFFICER_OF_CRC, _OFFICER_OF_NPS),
    # A CRC refers to the NPS; the NPS sends to the court (AMB-17, ev-advice-nps-only).
    Permission.REFER: _apart(Grant(_SENDERS, (CRC, NPS)), Grant(_SENDERS, (NPS,))),
    Permission.PRESENT: _same(_NPS_AT_COURT),
    Permission.HEARINGS: _same(_COURT_OR_NPS),
    Permission.FIRST_LICENCE_WARNING: _apart(_OFFICER_OF_CRC, _OFFICER_OF_NPS),
    Permission.FINAL_LICENCE_WARNING: _apart(_SENIOR_OF_CRC, _SENIOR_OF_NPS),
    Permission.RECOMMEND_RECALL: _apart(_OFFICER_OF_CRC, _OFFICER_OF_NPS),
    Permission.MANAGE_RECALL: _apart(Grant(_SENDERS, (CRC, NPS)), Grant(_SENDERS, (NPS,))),
    Permission.ENDORSE: _same(_OFFICER_OF_NPS),
    Permission.REVOKE: _same(_BY_CASEWORK),
    Permission.ROSH: _same(_OFFICER_OF_NPS),
    Permission.ALLOCATE: _same(_NPS_ALLOCATES),
    Permission.RE_RELEASE: _same(_BY_BOARD),
    Permission.DEAL_WITH_BREACH: _same(_COURT_OR_NPS),
}
"""The table of D9, row by row."""

_ENFORCED_BY_NPS: Final = (RequirementKind.CURFEW, RequirementKind.ATTENDANCE_CENTRE)
_ORDERS: Final = (AppliesTo.COMMUNITY_ORDER, AppliesTo.SUSPENDED_SENTENCE_ORDER)


def roles_for(*acts: Permission) -> frozenset[Role]:
    """Return every role that any of `acts` is open to, whoever enforces."""
    return frozenset[Role]().union(
        *(entitled.roles for act in acts for entitled in GRANTS[act].values())
    )


def enforcer(s: Sentence) -> Enforcer:
    """Return the enforcer of the sentence at present."""
    if s.allocation is None or s.allocation.provider is Provider.NPS:
        return Enforcer.NPS
    kinds = {item.requirement.kind for item in s.requirements.values() if item.is_in_force}
    alone = len(kinds) == 1 and any(kind in kinds for kind in _ENFORCED_BY_NPS)
    return Enforcer.NPS_FOR_CRC if alone and s.regime in _ORDERS else Enforcer.CRC


def enforcing_organisation(s: Sentence) -> str:
    """Return the organisation that enforces the sentence, by its name in the contract."""
    return CRC if enforcer(s) is Enforcer.CRC else NPS


def acting_organisation(s: Sentence, by: Sender) -> str:
    """Return the organisation that a sender acts for; a provider's code means its kind."""
    if s.allocation is not None and by.organisation == s.allocation.provider_code:
        return s.allocation.provider.value
    return by.organisation


def denied(s: Sentence, act: Permission, e: Event) -> str | None:
    """Return why the sender of `e` may not take the step, and who may; None where allowed."""
    entitled = GRANTS[act][enforcer(s)]
    organisation = acting_organisation(s, e.by)
    known = not entitled.organisations or organisation in entitled.organisations
    # A machine passes on acts of others, for any organisation.
    if e.by.role in entitled.roles and (known or e.by.role in RELAYING_ROLES):
        return None
    sender = f"{ROLE_NAMES[e.by.role]} of {_organisation(organisation)}"
    return f"{e.KIND} is not for {sender}; it is for {entitled}{_managing(s, entitled)}"


def _managing(s: Sentence, entitled: Grant) -> str:
    """Return which provider is meant where only a CRC may act: there are many of them."""
    if s.allocation is None or entitled.organisations != (CRC,):
        return ""
    return f", {s.allocation.provider_code}, which manages the case"
