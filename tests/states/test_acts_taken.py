"""Acts of courts, prisons, the Parole Board and the police are taken, whatever they say."""

from datetime import timedelta
from itertools import product
from typing import Any, Final

import pytest

from states.events.envelope import Event
from states.rules.handler import Nature
from states.rules.registry import HANDLERS
from states.vocabulary import Role
from tests.states.licence import STANDARD, initiated, on_licence, returned, sentenced
from tests.states.stream import Played, event, failed, played, serving
from tests.states.wording import OFFICER

ACTS: Final = sorted(kind for kind, rule in HANDLERS.items() if rule.nature is Nature.ACT)

BREACHED: Final = [
    *serving(),
    *failed("F1", "2026-11-12"),
    event("breach_decided", "2026-11-16", failure_ids=["F1"], departure_rationale="A threat."),
]
WORLDS: Final[dict[str, list[Event]]] = {
    "nothing but the sentence": serving()[:1],
    "an order": serving(),
    "an order in breach": BREACHED,
    "an order that a court revoked": [
        *BREACHED,
        event("court_decided", "2026-11-20", outcome="revoked_resentenced"),
    ],
    "a sentence in prison": sentenced(),
    "a licence": on_licence(),
    "a recall": [*on_licence(), *initiated(**STANDARD)],
    "a recall in custody": [*on_licence(), *initiated(**STANDARD), returned("2015-04-08")],
    "supervision": on_licence(licence_ends_on="2015-03-20", pss_ends_on="2016-02-01"),
}

BEFORE: Final = "1999-06-01"
VARIANTS: Final[dict[str, list[dict[str, Any]]]] = {
    "sentence_imposed": [{"sentenced_on": "2015-02-02"}],
    "end_date_changed": [{"ends_on": "2030-01-01"}, {"ends_on": BEFORE}],
    "sentence_ended": [{"reason": "death"}, {"reason": "appeal", "ended_on": BEFORE}],
    "released": [{}, {"released_on": BEFORE}],
    "release_date_changed": [
        {"expected_release_on": "2030-01-01"},
        {"expected_release_on": BEFORE},
    ],
    "returned_to_custody": [
        {"why": why, **dates}
        for why, dates in product(("recall", "committal"), ({}, {"returned_on": BEFORE}))
    ],
    "hearing_listed": [
        {"listed_on": "2030-01-01"},
        {"listed_on": "2030-01-01", "purpose": "unpaid_work", "requirement_id": "R99"},
        {"listed_on": BEFORE},
    ],
    "court_decided": [
        {"outcome": outcome, **dates}
        for outcome, dates in product(
            ("continues", "requirements_changed", "committed", "activated_custody", "not_proved"),
            ({}, {"decided_on": BEFORE}, {"ends_on": BEFORE}, {"requirement_id": "R99"}),
        )
    ],
    "parole_board_decided": [{"decision": "release"}, {"decision": "no_release"}],
    # The application for a breach is our own step, and waits for the decision on the breach.
    "warrant_recorded": [
        {"step": "applied", "ground": "failure_to_appear"},
        *(
            {"step": step, "ground": ground}
            for step, ground in product(
                ("issued", "executed", "withdrawn"), (None, "court_conditions")
            )
        ),
    ],
    "licence_revoked": [{}, {"revoked_on": BEFORE}],
}


def acts(kind: str, when: str) -> list[Event]:
    """Return the act of that kind with each content, reported by its own sender and others."""
    senders: list[dict[str, Any]] = [
        {},
        {"by": OFFICER},
        {"by": {**OFFICER, "role": Role.PROVIDER.value}},
    ]
    return [
        event(kind, when, **{**content, **sender})
        for content in VARIANTS.get(kind, [{}])
        for sender in senders
    ]


def codes(seen: Played) -> set[str]:
    """Return the codes of the flags."""
    return {flag["code"] for flag in seen.view["flags"]}


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("world", WORLDS)
def test_the_act_of_a_court_a_prison_or_the_police_is_taken(world: str, kind: str) -> None:
    """It is applied whatever it says and whoever reports it; what is doubtful is referred back."""
    stream = WORLDS[world]
    day = max(item.occurred_at for item in stream) + timedelta(days=1)
    roles = HANDLERS[kind].roles

    for act in acts(kind, f"{day:%Y-%m-%d %H:%M}"):
        seen = played([*stream, act], f"{day + timedelta(days=1):%Y-%m-%d %H:%M}")
        verdict, _ = seen.verdict(act)
        doubted = roles is not None and act.by.role not in roles

        assert "applied" == verdict, act
        assert not doubted or f"refer_back.{act.event_id}" in codes(seen), act
