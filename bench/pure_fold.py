"""Benchmark of parsing and folding in the pure core, on one core and of a national year on all.

Figures depend on the machine; compare the ratios within one run.
"""

import argparse
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from activities.standards import load_catalogue
from states.event_log import EventLog
from states.events.free_text import extract_free_text
from states.events.parsing import canonical_json, content_digest, parse_event, parse_json
from states.messages import ParsedMessage
from states.standards.law import Law

START = datetime(2025, 1, 6, 10, tzinfo=UTC)
BY = {"id": "N07A001", "role": "officer", "organisation": "CRC"}
NOW = START + timedelta(days=400)
NATIONAL = 268_062
"""Sentences of England and Wales at the end of March 2017."""

YEAR = (30, 2)
"""Contacts and failures of the assumed year of a sentence: with the opening 36 events."""


def stream(contacts: int, failures: int) -> list[tuple[str, dict[str, Any]]]:
    """Return a community order with so many contacts and failures, in order, as wire data."""
    found: list[tuple[str, datetime, dict[str, Any]]] = [
        (
            "sentence_imposed",
            START,
            {
                "type": "community_order",
                "sentenced_on": "2025-01-06",
                "ends_on": "2026-01-05",
                "offence": {"committed_on": "2024-11-01", "violent_or_sexual": False},
                "requirements": [{"requirement_id": "R1", "kind": "unpaid_work", "hours": 80}],
                "victims": {"statutory_contact": False},
            },
        ),
        (
            "case_allocated",
            START + timedelta(hours=1),
            {"provider": "CRC", "provider_code": "N07", "risk_screening_completed": True},
        ),
    ]
    for n in range(contacts):
        at = START + timedelta(days=1 + n * 350 / contacts)
        found.append(("contact_recorded", at, {"kind": "office", "fact": f"contact {n}"}))
    for n in range(failures):
        at = START + timedelta(days=10 + n * 330 / failures)
        name = f"F{n}"
        found.append(
            (
                "failure_reported",
                at,
                {
                    "failure_id": name,
                    "failed_on": str(at.date()),
                    "what": "missed_appointment",
                    "public_protection": False,
                },
            )
        )
        judged = {"failure_id": name, "acceptable": n % 3 != 0, "rationale": "as recorded"}
        judged["alternatives_considered"] = []
        found.append(("failure_judged", at + timedelta(days=2), judged))
    found.sort(key=lambda item: item[1])
    return [
        (kind, {"event_id": f"e-{n}", "occurred_at": at.isoformat(), "by": BY, **data})
        for n, (kind, at, data) in enumerate(found)
    ]


def incoming(kind: str, raw: bytes) -> ParsedMessage:
    """Return one message as the inbox parses it: validated, with free text extracted."""
    data = parse_json(raw)
    event = extract_free_text(parse_event(kind, data), {})
    return ParsedMessage(kind, content_digest(kind, data), NOW, len(raw), event=event)


def timed(work: Callable[[], object], repeats: int) -> float:
    """Return the seconds of the fastest of several runs."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


def filed(messages: list[ParsedMessage], law: Law) -> EventLog:
    """Return an event log that has received and decided `messages`."""
    case = EventLog()
    for message in messages:
        case.receive(message)
    case.decide(law, NOW)
    return case


def measure(contacts: int, failures: int, law: Law) -> None:
    """Print one row of figures for an order of this size."""
    raws = [(kind, canonical_json(data)) for kind, data in stream(contacts, failures)]
    messages = [incoming(kind, raw) for kind, raw in raws]
    count = len(messages)
    reading = timed(lambda: [incoming(kind, raw) for kind, raw in raws], 3)
    folding = timed(lambda: filed(messages, law), 3)
    case = filed([m for m in messages if m is not messages[-40]], law)
    begun = time.perf_counter()
    case.receive(messages[-40])
    case.decide(law, NOW)
    late = time.perf_counter() - begun
    withdrawal = {
        "event_id": "w-1",
        "occurred_at": (NOW - timedelta(days=1)).isoformat(),
        "by": BY,
        "withdrawn_event_id": messages[count // 2].event.event_id if messages else "",  # type: ignore[union-attr] # all were read
        "reason": "entered by mistake",
    }
    case.receive(incoming("event_withdrawn", canonical_json(withdrawal)))
    begun = time.perf_counter()
    case.decide(law, NOW)
    withdrawn = time.perf_counter() - begun
    print(
        f"{count:5} events ({failures} failures): parsed {count / reading:8,.0f}/s, "
        f"decided {count / folding:8,.0f}/s, both {count / (reading + folding):8,.0f}/s; "
        f"a late one {late * 1e3:6.2f} ms, a withdrawal {withdrawn * 1e3:6.2f} ms, "
        f"all {folding * 1e3:7.2f} ms"
    )


def live_year(number: int) -> int:
    """Decide a year of one sentence event by event, as a worker does; return the events."""
    law = sample_law()
    case = EventLog()
    messages = [incoming(kind, canonical_json(data)) for kind, data in stream(*YEAR)]
    for message in messages:
        case.receive(message)
        case.decide(law, NOW)
    return len(messages) if number >= 0 else 0


def national_year(sample: int) -> None:
    """Decide a sample of sentences on all cores, and extrapolate to the caseload."""
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores) as pool:
        # Each process reads the standards once.
        list(pool.map(live_year, range(cores * 2)))
        begun = time.perf_counter()
        events = sum(pool.map(live_year, range(sample), chunksize=10))
        seconds = time.perf_counter() - begun
    whole = seconds / sample * NATIONAL
    print(
        f"{sample} sentences, {events // sample} events each, decided one by one on {cores} cores: "
        f"{events / seconds:,.0f} events/s; extrapolated to {NATIONAL:,} sentences: "
        f"{whole / 60:,.0f} minutes a year"
    )


@cache
def sample_law() -> Law:
    """Return the law of the sample."""
    catalogue = load_catalogue(Path(__file__).parent.parent / "standards")
    return Law(catalogue.editions["ns-2015"], catalogue.calendar())


def main() -> None:
    """Measure orders of three sizes on one core, then the caseload on all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=400, help="sentences of the caseload")
    options = parser.parse_args()
    for contacts, failures in ((90, 4), (460, 20), (1900, 50)):
        measure(contacts, failures, sample_law())
    national_year(options.sample)


if __name__ == "__main__":
    main()
