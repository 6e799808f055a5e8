"""A payload decrypts for one workflow id, whole, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.crypto.cipher import (
    DecryptionError,
    TamperedError,
    UnknownKeyError,
    WrongContextError,
    decrypt,
    encrypt,
    read_header,
)
from activities.crypto.envelope import encrypt_event
from activities.crypto.keys import KeyRing
from tests.activities.crypto.rings import EVENT, HERE, KIND, MARKER, NEW, OLD, RING, SHARED, THERE

PLAIN = MARKER.encode()
ENCRYPTED = encrypt(NEW, PLAIN, workflow_id=HERE)


def decrypted(encrypted: bytes, workflow_id: str | None = HERE) -> bytes:
    """Plaintext of a payload of ours, by the whole ring."""
    return decrypt(RING, encrypted, workflow_id=workflow_id).plain


@given(st.binary(max_size=2_000))
def test_what_was_encrypted_decrypts(plain: bytes) -> None:
    """Any bytes come back as they were, and the same bytes are never encrypted alike."""
    encrypted = encrypt(NEW, plain, workflow_id=HERE)

    assert plain == decrypted(encrypted)
    assert encrypted != encrypt(NEW, plain, workflow_id=HERE)


def test_the_header_names_key_and_sentence() -> None:
    """A codec server reads the sentence from the bytes, since the request does not name it."""
    header = read_header(ENCRYPTED)

    assert (NEW.id, HERE) == (header.key_id, header.workflow_id)
    assert PLAIN == decrypted(ENCRYPTED, None)


def test_bytes_copied_to_another_sentence_are_refused() -> None:
    """They are whole, hence not `tampered`: someone sent them again elsewhere."""
    with pytest.raises(WrongContextError):
        decrypted(ENCRYPTED, THERE)


def test_a_message_never_decrypts_as_a_payload_of_ours() -> None:
    """Under the same key either: the formats have nothing in common."""
    message = encrypt_event(NEW, None, HERE, KIND, EVENT)

    with pytest.raises(TamperedError):
        decrypted(message.data)


def test_a_key_that_integrators_share_decrypts_nothing_of_ours() -> None:
    """Its holders could otherwise make up the results of activities."""
    forged = encrypt(SHARED, PLAIN, workflow_id=HERE)

    with pytest.raises(TamperedError, match="integrators share"):
        decrypted(forged)


@given(st.integers(0, len(ENCRYPTED) * 8 - 1))
def test_any_flipped_bit_is_found(bit: int) -> None:
    """Header, nonce, text or tag: each bit counts, and the error quotes nothing."""
    broken = bytearray(ENCRYPTED)
    broken[bit // 8] ^= 1 << bit % 8

    with pytest.raises((TamperedError, UnknownKeyError)) as fault:
        decrypted(bytes(broken))
    assert MARKER not in str(fault.value)


@pytest.mark.parametrize("length", range(len(ENCRYPTED)))
def test_any_truncation_is_found(length: int) -> None:
    """A prefix of encrypted bytes is not what was encrypted."""
    with pytest.raises(TamperedError):
        decrypted(ENCRYPTED[:length])


@given(st.binary(max_size=300))
def test_any_other_bytes_are_refused(found: bytes) -> None:
    """Whatever comes, the answer is one of our errors."""
    with pytest.raises(DecryptionError):
        decrypted(found)


def test_an_unknown_key_is_named() -> None:
    """Its id tells the operator which key to add; the same bytes decrypt once it is there."""
    with pytest.raises(UnknownKeyError, match="the key 2026-11 is not here") as fault:
        decrypt(KeyRing(OLD), ENCRYPTED, workflow_id=HERE)
    assert "2026-11" == fault.value.key_id
    assert PLAIN == decrypted(ENCRYPTED)


def test_no_representation_shows_a_secret() -> None:
    """A key or a decrypted payload that lands in a message by mistake shows its name alone."""
    found = decrypt(RING, ENCRYPTED, workflow_id=HERE)

    assert "Key(id='2026-11', use=<KeyUse.OWN: 'own'>)" == repr(NEW)
    assert MARKER not in repr(found)
