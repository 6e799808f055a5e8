"""Payloads are decrypted in their order; one that stays encrypted does not affect the others."""

import pytest
from temporalio.api.common.v1 import Payload

from activities.contracts import MESSAGE_ENCODING, OWN_ENCODING
from activities.crypto.authentication import TrustLevel
from activities.crypto.cipher import encrypt
from activities.crypto.decrypt import AuthenticatedMessage, MessageDecryptor
from activities.crypto.envelope import encrypt_event
from activities.crypto.keys import KeyRing
from runtime.codec_server.payloads import NotPlainError, decrypt_payloads, encrypt_payloads
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
