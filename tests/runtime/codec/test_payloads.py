"""Payloads are decrypted in their order; one that stays encrypted does not affect the others."""

import json

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.workflow import _Definition

from activities.contracts import MESSAGE_ENCODING, OWN_ENCODING
from activities.crypto.authentication import TrustLevel
from activities.crypto.cipher import encrypt
from activities.crypto.decrypt import AuthenticatedMessage, MessageDecryptor
from activities.crypto.envelope import encrypt_event
from activities.crypto.keys import KeyRing
from runtime.codec_server.payloads import (
    QUERIES,
    UPDATE,
    NotPlainError,
    decrypt_payloads,
    encrypt_payloads,
)
from states.events.registry import KINDS
from tests.activities.crypto.rings import (
    AT,
    EVENT,
    HERE,
    KIND,
    MARKER,
    NEW,
    OLD,
    RING,
    SIGNER,
    THERE,
)
from tests.activities.crypto.tokens import jwe
from workflows.sentence import SentenceWorkflow

PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"a": 1}')


def own(payload: Payload = PLAIN, workflow_id: str = HERE) -> Payload:
    """A payload as our own processes encrypt it."""
    packed = payload.SerializeToString()
    encrypted = encrypt(NEW, packed, workflow_id=workflow_id)
    return Payload(metadata={"encoding": OWN_ENCODING}, data=encrypted)


MESSAGE = encrypt_event(RING, SIGNER, THERE, KIND, EVENT, now=AT)


def test_what_is_sealed_is_opened_and_what_is_readable_stays() -> None:
    """The ciphertext names its sentence; each sentence is noted once."""
    odd = Payload(metadata={"encoding": b"binary/null"})
    found = decrypt_payloads(RING, [odd, own(), MESSAGE, PLAIN, own()])

    assert [odd, PLAIN, PLAIN, PLAIN] == [found.payloads[at] for at in (0, 1, 3, 4)]
    assert MARKER.encode() in found.payloads[2].data
    assert ([HERE, THERE], 0) == (found.workflow_ids, found.not_decrypted)


@pytest.mark.parametrize(
    "shut",
    [
        Payload(metadata={"encoding": OWN_ENCODING}, data=b""),
        Payload(metadata={"encoding": OWN_ENCODING}, data=MESSAGE.data),
        Payload(metadata={"encoding": MESSAGE_ENCODING}, data=own().data),
        Payload(metadata={"encoding": OWN_ENCODING}, data=own().data[:-1]),
        Payload(
            metadata={"encoding": OWN_ENCODING},
            data=encrypt(NEW, b"\xff", workflow_id=HERE),
        ),
        Payload(
            metadata={"encoding": MESSAGE_ENCODING},
            data=jwe(b"[]"),
        ),
    ],
    ids=["empty", "message as own", "own as message", "cut short", "no payload", "no envelope"],
)
def test_what_cannot_be_opened_is_given_back_as_it_came(shut: Payload) -> None:
    """The reader still sees the rest of the page, and the log counts those not decrypted."""
    found = decrypt_payloads(RING, [shut, own()])

    assert [shut, PLAIN] == found.payloads
    assert (1, [HERE]) == (found.not_decrypted, found.workflow_ids)


def test_a_key_that_is_not_here_opens_nothing() -> None:
    """Nor is a sentence noted, of which nothing was read."""
    found = decrypt_payloads(KeyRing(OLD), [own(), MESSAGE])

    assert ([own().metadata, MESSAGE.metadata], []) == (
        [payload.metadata for payload in found.payloads],
        found.workflow_ids,
    )
    assert 2 == found.not_decrypted


def test_a_sender_encrypts_a_message_for_one_sentence() -> None:
    """Without a signer it is unsigned: the server does not vouch for who asks."""
    found = encrypt_payloads(RING, None, [PLAIN, PLAIN], workflow_id=HERE, kind=KIND)
    decryptor = MessageDecryptor(RING, unsigned_allowed=True)

    opened = [
        decryptor.decrypt_message(p, workflow_id=HERE, kind=KIND, now=AT) for p in found.payloads
    ]
    assert [(PLAIN.data, TrustLevel.UNSIGNED)] * 2 == [
        (one.plain, one.authentication.trust)
        for one in opened
        if isinstance(one, AuthenticatedMessage)
    ]
    assert [HERE] == found.workflow_ids
    other = decryptor.decrypt_message(found.payloads[0], workflow_id=THERE, kind=KIND, now=AT)
    assert not isinstance(other, AuthenticatedMessage)


@pytest.mark.parametrize(
    "other", [MESSAGE, own(), Payload(data=b"{}")], ids=["message", "own", "bare"]
)
def test_only_what_is_readable_is_sealed(other: Payload) -> None:
    """All of a request or nothing: what is encrypted twice could not be decrypted."""
    with pytest.raises(NotPlainError):
        encrypt_payloads(RING, None, [PLAIN, other], workflow_id=HERE, kind=KIND)


def test_what_was_read_shows_nothing_in_a_message_of_an_error() -> None:
    """Its representation has ids and numbers alone."""
    assert MARKER not in repr(decrypt_payloads(RING, [MESSAGE]))


def test_the_input_of_a_query_and_of_a_start_stays_readable() -> None:
    """A sentence reads both unencrypted; another sentence's start input is no start input."""
    asked = Payload(metadata={"encoding": b"json/plain"}, data=b'"e-1"')
    started = Payload(
        metadata={"encoding": b"json/plain"}, data=b'{"event_number": "1", "crn": "X320741"}'
    )

    for name in QUERIES:
        assert [asked] == encrypt_payloads(
            RING, None, [asked], workflow_id=HERE, kind=name
        ).payloads
    found = encrypt_payloads(RING, None, [started, PLAIN], workflow_id=HERE, kind=KIND)
    assert [b"json/plain", MESSAGE_ENCODING] == [one.metadata["encoding"] for one in found.payloads]
    (other,) = encrypt_payloads(RING, None, [started], workflow_id=THERE, kind=KIND).payloads
    assert MESSAGE_ENCODING == other.metadata["encoding"]


def test_an_update_carries_its_event_encrypted() -> None:
    """The frame names the kind; the event inside is for this sentence and that kind."""
    sent = json.dumps({"kind": KIND, "data": EVENT}).encode()
    update = Payload(metadata={"encoding": b"json/plain"}, data=sent)
    (found,) = encrypt_payloads(RING, None, [update], workflow_id=HERE, kind=UPDATE).payloads

    frame = json.loads(found.data)
    assert {"kind", "encrypted"} == frame.keys()
    token = Payload(metadata={"encoding": MESSAGE_ENCODING}, data=frame["encrypted"].encode())
    decryptor = MessageDecryptor(RING, unsigned_allowed=True)
    opened = decryptor.decrypt_message(token, workflow_id=HERE, kind=KIND, now=AT)
    assert isinstance(opened, AuthenticatedMessage)
    assert EVENT == json.loads(opened.plain)


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"kind": 1, "data": {}}', b'{"data": {}}'])
def test_an_update_of_another_form_is_refused(data: bytes) -> None:
    """The fault names the form that is taken; nothing of it is encrypted."""
    update = Payload(metadata={"encoding": b"json/plain"}, data=data)
    with pytest.raises(NotPlainError):
        encrypt_payloads(RING, None, [update], workflow_id=HERE, kind=UPDATE)


def test_every_query_is_known_and_none_is_a_kind_of_event() -> None:
    """A query that is forgotten would be encrypted, and the sentence could not read it."""
    found = _Definition.must_from_class(SentenceWorkflow)

    assert {name for name in found.queries if name} == {
        name for name in QUERIES if not name.startswith("__")
    }
    assert [UPDATE] == list(found.updates)
    assert set() == (QUERIES | {UPDATE}) & set(KINDS)
