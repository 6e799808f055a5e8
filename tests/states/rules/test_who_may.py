"""Who may do what: each act, organisation and role, allowed or refused, in one table (D9)."""

from collections.abc import Iterator
from typing import Final

import pytest

from docs.pages.events import PERMITTED, who_may
from states.events.envelope import Event
from states.fold import apply_event, refusal
from states.rules.authorisation import Enforcer, any_of
from states.rules.handler import Nature
from states.rules.registry import HANDLERS
from states.sentence import Sentence
from states.vocabulary import Role
from tests.states.custody import NPS, of_row
from tests.states.licence import on_licence
from tests.states.stream import event, failed, law, played, serving, warned
from tests.states.wording import NPS_OFFICER, OFFICER

ORGANISATIONS: Final = ("CRC", "NPS", "COURT", "PPCS", "NOMS", "PAROLE_BOARD", "HMPS", "POLICE")
OFFICERS: Final = "officer line_manager senior_manager"
AT_COURT: Final = f"{OFFICERS} court_officer"
RELAYS: Final = "system ops"

CRC_OFFICERS: Final = {"CRC": OFFICERS}
NPS_OFFICERS: Final = {"NPS": OFFICERS}
NPS_AT_COURT: Final = {"NPS": AT_COURT, "*": RELAYS}
COURT_OR_NPS: Final = {"NPS": f"{AT_COURT} court", "COURT": f"{AT_COURT} court", "*": RELAYS}
SENDERS: Final = f"{AT_COURT} provider"

WHO_MAY: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("failure_judged", "CRC order"): CRC_OFFICERS,
    ("failure_judged", "NPS order"): NPS_OFFICERS,
    ("failure_judged", "CRC curfew alone"): NPS_OFFICERS,
    ("failure_judged", "CRC licence"): CRC_OFFICERS,
    ("failure_judged", "NPS licence"): NPS_OFFICERS,
    ("warning_issued", "CRC order"): CRC_OFFICERS,
    ("warning_issued", "NPS order"): NPS_OFFICERS,
    ("warning_issued", "CRC curfew alone"): NPS_OFFICERS,
    ("warning_issued", "CRC licence"): CRC_OFFICERS,
    ("warning_issued", "NPS licence"): NPS_OFFICERS,
    ("final warning", "CRC licence"): {"CRC": "senior_manager"},
    ("final warning", "NPS licence"): {"NPS": "senior_manager"},
    ("recall_decided", "CRC licence"): CRC_OFFICERS,
    ("recall_decided", "NPS licence"): NPS_OFFICERS,
    ("breach_referred", "CRC order"): {"CRC": SENDERS, "NPS": SENDERS, "*": RELAYS},
    ("breach_referred", "NPS order"): {"NPS": SENDERS, "*": RELAYS},
    ("breach_referred", "CRC curfew alone"): {"NPS": SENDERS, "*": RELAYS},
    ("breach_referral_received", "CRC order"): NPS_AT_COURT,
    ("court_decided", "CRC order"): COURT_OR_NPS,
    ("court_decided", "NPS order"): COURT_OR_NPS,
    ("recall_endorsed", "CRC licence"): NPS_OFFICERS,
    ("rosh_confirmed", "CRC order"): NPS_OFFICERS,
    ("rosh_confirmed", "NPS order"): NPS_OFFICERS,
    ("licence_revoked", "CRC licence"): {
        "PPCS": "casework_section",
        "NOMS": "casework_section",
        "*": RELAYS,
    },
}
"""Roles that may take an act, by organisation; "*" stands for every organisation."""

DAY: Final = "2026-11-23"
CURFEW: Final = [{"requirement_id": "R1", "kind": "curfew"}]


def order(case: str) -> tuple[list[Event], dict[str, str]]:
    """Return an order or licence of that kind, and an officer who manages it."""
    who, _, what = case.partition(" ")
    officer = OFFICER if case in ("CRC order", "CRC licence") else NPS_OFFICER
    if what == "licence":
        return on_licence(provider=who), officer
    stream = serving(requirements=CURFEW) if what == "curfew alone" else serving()
    if who == "NPS":
        stream[1] = event("case_allocated", "2026-11-02", **NPS)
    return stream, officer


def story(act: str, case: str) -> tuple[list[Event], Event]:
    """Return what comes before an act, and the act."""
    stream, officer = order(case)
    day, later = ("2015-03-23", "2015-03-24") if "licence" in case else (DAY, "2026-11-24")
    failures = failed("F1", day, judge=officer)
    breach = event("breach_decided", later, failure_ids=["F1"], by=officer)
    first = warned("W1", later, "F1", by=officer)
    recall = event("recall_decided", later, by=officer)
    before: dict[str, tuple[list[Event], Event]] = {
        "failure_judged": (
            failed("F1", day, acceptable=None),
            event("failure_judged", later, failure_id="F1", acceptable=False),
        ),
        "warning_issued": (failures, warned("W1", later, "F1")),
        "final warning": (
            [*failures, first, *failed("F2", later, judge=officer)],
            warned("W2", later, "F2", level="final"),
        ),
        "recall_decided": (failures, event("recall_decided", later)),
        "breach_referred": ([*failures, breach], event("breach_referred", later)),
        "breach_referral_received": ([*failures, breach], event("breach_referral_received", later)),
        "court_decided": ([*failures, breach], event("court_decided", later, outcome="continues")),
        "recall_endorsed": ([recall], event("recall_endorsed", later)),
        "rosh_confirmed": ([], event("rosh_confirmed", later)),
        "licence_revoked": (
            [
                recall,
                event("recall_report_sent", f"{later} 14:00", by=officer),
                event("recall_report_received", f"{later} 15:00"),
            ],
            event("licence_revoked", f"{later} 17:00"),
        ),
    }
    more, item = before[act]
    return [*stream, *more], item


def senders() -> Iterator[tuple[str, Role]]:
    for organisation in ORGANISATIONS:
        for role in Role:
            yield organisation, role


def objection(s: Sentence, sent: Event) -> str:
    """Return what speaks against an event: it is refused, or an act that is referred back."""
    handler = HANDLERS[sent.KIND]
    if handler.nature is Nature.ACT:
        return apply_event(s.clone(), handler, sent, law()).reason
    return refusal(s, handler, sent, law()) or ""


@pytest.mark.parametrize(("act", "case"), sorted(WHO_MAY))
def test_each_act_is_open_to_its_own_people_and_to_nobody_else(act: str, case: str) -> None:
    """Every organisation and role is tried; the table says which are allowed."""
    entitled = WHO_MAY[act, case]
    stream, item = story(act, case)
    s = played(stream, "2026-11-25" if "licence" not in case else "2015-03-25").decided.sentence
    found: set[tuple[str, str]] = set()
    for organisation, role in senders():
        by = item.by.model_copy(update={"role": role, "organisation": organisation})
        sent = item.model_copy(update={"by": by})
        if "is not for" not in objection(s, sent):
            found.add((organisation, role.value))

    allowed = {
        (organisation, role)
        for organisation in ORGANISATIONS
        for role in f"{entitled.get(organisation, '')} {entitled.get('*', '')}".split()
    }
    assert allowed == found


NAMED: Final = {
    "final warning": ("warning_issued", "final on licence"),
    "warning_issued licence": ("warning_issued", "first on licence"),
    "warning_issued order": ("warning_issued", "under an order or supervision"),
}
"""Acts that share a kind of event, with what distinguishes each in the documentation."""


@pytest.mark.parametrize(("act", "case"), sorted(WHO_MAY))
def test_the_documentation_names_the_people_of_each_act(act: str, case: str) -> None:
    """The table of docs/events.md says the same, and names those who only pass on nowhere."""
    where = "licence" if case.endswith("licence") else "order"
    kind, which = NAMED.get(act) or NAMED.get(f"{act} {where}") or (act, "")
    column = Enforcer.NPS if case.startswith("NPS") else Enforcer.CRC
    column = Enforcer.NPS_FOR_CRC if case == "CRC curfew alone" else column
    entitled = WHO_MAY[act, case]
    deciding = {Role(r) for who, roles in entitled.items() if who != "*" for r in roles.split()}

    shown = who_may(kind, PERMITTED[kind][which], column).partition(" of ")[0]

    assert any_of(frozenset(deciding)).split(" of ")[0] == shown


def test_what_the_nps_confirmed_stands_until_the_nps_says_otherwise() -> None:
    """A CRC that then assesses medium changes no level, and no transfer to a CRC goes through."""
    confirmed = event("rosh_confirmed", "2026-11-25 11:00")
    lower = event("rosh_assessed", "2026-11-26", level="medium")
    to_crc = event(
        "provider_transferred", "2026-11-27", provider="CRC", provider_code="N05", officer_id="X1"
    )

    seen = played([*serving(), confirmed, lower, to_crc], "2026-11-30")

    note = "recorded; the NPS confirmed high, which stands until the NPS changes it"
    assert ("applied", note) == seen.verdict(lower)
    assert "high" == seen.view["rosh"]
    assert "refused" == seen.verdict(to_crc)[0]
    assert ["open"] == of_row(seen, "ev-rosh-transfer")


@pytest.mark.parametrize(
    "item",
    [
        event("plan_completed", "2026-11-26", event_id="p2", plan_version="2", rosh="medium"),
        event("plan_reviewed", "2026-11-26", rosh="medium"),
        event("evaluation_completed", "2026-11-26", rosh="medium"),
    ],
)
def test_no_other_word_of_a_crc_lowers_what_the_nps_confirmed(item: Event) -> None:
    """A plan, a review and an evaluation give a level too."""
    confirmed = event("rosh_confirmed", "2026-11-25 11:00")

    assert "high" == played([*serving(), confirmed, item], "2026-11-30").view["rosh"]


def test_the_nps_may_lower_what_it_confirmed() -> None:
    """Its assessment is its word; nothing is left to transfer."""
    confirmed = event("rosh_confirmed", "2026-11-25 11:00")
    lower = event("rosh_assessed", "2026-11-26", level="medium", by=NPS_OFFICER)

    seen = played([*serving(), confirmed, lower], "2026-11-30")

    assert "medium" == seen.view["rosh"]
    assert ["fell_away"] == of_row(seen, "ev-rosh-transfer")


def test_a_recall_of_a_crc_needs_the_endorsement_after_its_own_lower_assessment() -> None:
    """D13.2: the risk that the NPS confirmed is the risk."""
    stream = [
        *on_licence(),
        event("rosh_confirmed", "2015-03-23"),
        event("rosh_assessed", "2015-03-24", level="medium"),
        event("recall_decided", "2015-03-25"),
    ]
    sent = event("recall_report_sent", "2015-03-25 14:00")

    assert "refused" == played([*stream, sent], "2015-03-26").verdict(sent)[0]


def test_a_curfew_alone_that_the_nps_breaches_leaves_the_crc_nothing_to_refer() -> None:
    """ev-curfew-acr-enforce: the duty to refer is of a CRC that enforces."""
    stream, officer = order("CRC curfew alone")
    decided = event("breach_decided", "2026-11-24", failure_ids=["F1"], by=officer)

    seen = played([*stream, *failed("F1", DAY, judge=officer), decided], "2026-11-30")

    assert "breached" == seen.state
    assert [] == of_row(seen, "ev-crc-refer-breach")


def test_in_immediate_danger_the_first_proposal_is_to_act() -> None:
    """Action comes first and the manager is informed after it, not before."""
    sign = event("rosh_assessed", f"{DAY} 10:00", immediate=True)
    acted = event("immediate_risk_action_taken", f"{DAY} 10:30")

    before = played([*serving(), sign], f"{DAY} 10:10")
    after = played([*serving(), sign, acted], f"{DAY} 11:00")

    assert ("immediate_risk_action_taken", "immediate-risk-action") == before.steps()[0]
    assert "manager_informed" not in [step for step, _ in before.steps()]
    assert "manager_informed" in [step for step, _ in after.steps()]
