"""Random faults, from a seed, in the input: bytes, JSON, encrypted signals, domain events."""

import json
import random
from base64 import b64encode
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any, Final

from temporalio.api.common.v1 import Payload

from activities.contracts import DECRYPTION_FAULT, ENCRYPTED_AS, MESSAGE_ENCODING, OWN_ENCODING
from activities.crypto.envelope import (
    EnvelopeContent,
    MessageHeader,
    encrypt_content,
    encrypt_event,
)
from activities.crypto.keys import Key
from states.events.registry import KINDS
from states.events.schema import schema_of
from tests.activities.crypto.rings import SHARED, SIGNER, STRANGER
from tests.activities.crypto.tokens import JWS_HEADER, jws
from tests.runtime.ingest.messages import NOMS
from tests.runtime.ingest.messages import message as published
from tests.states.events.documents import FAULTS, Maker

ENCODINGS: Final = (MESSAGE_ENCODING, OWN_ENCODING, b"json/plain", b"binary/plain", b"", b"\xff")
NAMES: Final = (
    *KINDS,
    "sentence_transferred",
    "submit",
    "жалоба",
    "a\nb",
    "__temporal_x",
    "x" * 300,
)
FEWEST: Final = 150
"""Inputs of one trial, however slow the machine is."""
UNKNOWN: Final = Key("unknown", bytes(range(60, 92)))


def seeded(name: str, seconds: float) -> Iterator[random.Random]:
    """Chances, one for each input, until the time is up; each repeats itself by its number."""
    ends, number = monotonic() + seconds, 0
    while monotonic() < ends or number < FEWEST:
        found = random.Random(f"{name} {number}")  # noqa: S311 - a trial repeats itself
        number += 1
        yield found


def mutated(data: bytes, rnd: random.Random) -> bytes:
    """The bytes with a few things done to them, or others altogether."""
    made = bytearray(data)
    for _ in range(rnd.choice((1, 1, 1, 2, 5))):
        at = rnd.randrange(len(made) + 1)
        match rnd.randrange(6):
            case 0:
                del made[at:]
            case 1:
                del made[at : at + rnd.randrange(1, 9)]
            case 2:
                made[at:at] = rnd.randbytes(rnd.randrange(1, 9))
            case 3 if made:
                made[at % len(made)] ^= 1 << rnd.randrange(8)
            case 4:
                made += made[:at]
            case _:
                made = made or bytearray(rnd.randbytes(rnd.randrange(64)))
    return bytes(made)


def event(rnd: random.Random) -> tuple[str, Any]:
    """A kind and an event of it, often with a fault, by its published schema."""
    kind = rnd.choice(list(KINDS))
    made = Maker(schema_of(kind), str(rnd.random())).document(rnd.choice((0, 0, 1, 3)))
    return kind, made


def text(rnd: random.Random) -> bytes:
    """An event as JSON, now and then spoilt as text."""
    raw = json.dumps(event(rnd)[1]).encode()
    return mutated(raw, rnd) if rnd.random() < 0.3 else raw


def encrypted_signal(rnd: random.Random, key: Key, workflow_id: str) -> tuple[str, Payload]:
    """The name of a signal and its payload: encrypted, signed, spoilt, or only labelled so."""
    kind, made = event(rnd)
    body = json.dumps(made).encode()
    meant = workflow_id if rnd.random() < 0.9 else f"{workflow_id}0"
    how: dict[str, Any] = {"signer": rnd.choice((SIGNER, SIGNER, SIGNER, STRANGER, None))}
    keys = rnd.choice((key, key, key, key, UNKNOWN, SHARED))
    payload = encrypt_event(keys, how["signer"], meant, kind, body)
    match rnd.randrange(6):
        case 0:
            payload = Payload(metadata=payload.metadata, data=mutated(payload.data, rnd))
        case 1:
            content = rnd.choice(list(EnvelopeContent))
            header = MessageHeader(keys.id, meant, kind, content)
            data = encrypt_content(keys, header, mutated(envelope(rnd), rnd))
            payload = Payload(metadata=payload.metadata, data=data)
        case 2:
            payload = anything(rnd, payload.data)
        case _:
            pass
    return (rnd.choice(NAMES) if rnd.random() < 0.1 else kind), payload


def anything(rnd: random.Random, data: bytes) -> Payload:
    """A payload in any encoding, with marks that only we may set."""
    metadata = {"encoding": rnd.choice(ENCODINGS)}
    for name in (ENCRYPTED_AS, DECRYPTION_FAULT):
        if rnd.random() < 0.3:
            metadata[name] = rnd.choice((OWN_ENCODING, b"unknown_key", b"\xff"))
    return Payload(metadata=metadata, data=mutated(data, rnd))


def envelope(rnd: random.Random) -> bytes:
    """The content of a message, in which one part is something else."""
    if rnd.random() < 0.5:
        return jws({rnd.choice((*JWS_HEADER, "more")): rnd.choice(FAULTS)}, body=text(rnd))
    parts: dict[str, Any] = {"authentication": {}, "body": b64encode(text(rnd)).decode()}
    parts[rnd.choice(("authentication", "body", "more"))] = rnd.choice(FAULTS)
    return json.dumps(parts).encode()


def message(rnd: random.Random, types: Sequence[str]) -> str:
    """A message of another system, with fields and bytes spoilt."""
    body = published(rnd.choice(types), noms=NOMS)
    for _ in range(rnd.choice((0, 1, 3))):
        holder = rnd.choice(
            [body, *(one for one in body.values() if isinstance(one, dict) and one)]
        )
        name = rnd.choice(list(holder))
        holder[name] = rnd.choice(FAULTS)
    raw = json.dumps(body)
    if rnd.random() < 0.3:
        return mutated(raw.encode(), rnd).decode("utf-8", "surrogateescape")
    return raw
