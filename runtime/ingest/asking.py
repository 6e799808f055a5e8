"""Put the questions of a rule one after the other: a later one may need an earlier answer."""

from typing import Any

from runtime.ingest.deriving import known_of
from runtime.ingest.lookups import LookUps
from runtime.ingest.mapping import LookUp, MessageRule
from runtime.ingest.mappings import Mappings
from runtime.ingest.places import filled, first_of, found_at
from runtime.ingest.values import Words
from runtime.ingest.wire import Arrival
from states.london import day_of


async def asked(
    mappings: Mappings, rule: MessageRule, arrival: Arrival, look_ups: LookUps
) -> dict[str, Any]:
    """Return what is known of a message once everything was looked up.

    Raises:
        UnmappableError: If an answer is missing, or something to ask with.
        MeansNothingError: If its own code says already that it means nothing to a sentence.
    """
    known = known_of(arrival)
    code = first_of(known, (rule.choose.code,)) if rule.choose is not None else None
    if rule.choose is not None and code is not None:
        Words(mappings, day_of(arrival.occurred_at), known).meaning(rule.choose.table, code)
    for look_up in rule.look_ups:
        if look_up.unless is None or found_at(known, look_up.unless) is None:
            path = _path(look_up, rule, known)
            known[look_up.into] = await look_ups.ask(look_up.service, path, arrival.occurred_at)
    return known


def _path(look_up: LookUp, rule: MessageRule, known: dict[str, Any]) -> str:
    named = {"crn": rule.crn, "number": rule.event_number}
    return filled(look_up.path, lambda place: first_of(known, named.get(place, (place,))))
