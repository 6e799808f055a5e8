"""Sealed bytes open for one sentence, one kind and one purpose, whole, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.crypto.cipher import (
    CipherPurpose,
    DecryptionError,
    TamperedError,
    UnknownKeyError,
    WrongContextError,
    decrypt,
    encrypt,
    read_header,
)
from activities.crypto.keys import KeyRing
from tests.activities.crypto.rings import HERE, KIND, MARKER, NEW, OLD, RING, SHARED, THERE

PLAIN = MARKER.encode()
SEALED = encrypt(NEW, PLAIN, purpose=CipherPurpose.OWN, workflow_id=HERE)
LETTER = encrypt(NEW, PLAIN, purpose=CipherPurpose.MESSAGE, workflow_id=HERE, kind=KIND)


def opened(sealed: bytes, workflow_id: str | None = HERE) -> bytes:
    """What the ring makes of a payload of ours."""
    return decrypt(RING, sealed, purpose=CipherPurpose.OWN, workflow_id=workflow_id).plain


@given(st.binary(max_size=2_000))
def test_what_was_sealed_opens(plain: bytes) -> None:
    """Any bytes come back as they were, and the same bytes are never sealed alike."""
    sealed = encrypt(NEW, plain, purpose=CipherPurpose.OWN, workflow_id=HERE)

    assert plain == opened(sealed)
    assert sealed != encrypt(NEW, plain, purpose=CipherPurpose.OWN, workflow_id=HERE)


def test_the_header_says_whose_it_is() -> None:
    """A codec server learns the sentence from the bytes, where nobody tells it."""
    header = read_header(LETTER)

    assert (CipherPurpose.MESSAGE, NEW.id, HERE, KIND) == (
        header.purpose,
        header.key_id,
        header.workflow_id,
        header.kind,
    )
    assert PLAIN == opened(SEALED, None)


def test_bytes_copied_to_another_sentence_stay_shut() -> None:
    """They are whole, hence not `tampered`: someone sent them again elsewhere."""
    with pytest.raises(WrongContextError):
        opened(SEALED, THERE)


def test_a_letter_under_another_name_stays_shut() -> None:
    """The kind is sealed too: a withdrawal cannot be sent again as a decision."""
    with pytest.raises(WrongContextError):
        decrypt(
            RING, LETTER, purpose=CipherPurpose.MESSAGE, workflow_id=HERE, kind="breach_decided"
        )


def test_a_letter_never_opens_as_a_payload_of_ours() -> None:
    """Nor the other way round, under the same key."""
    for sealed, purpose in ((LETTER, CipherPurpose.OWN), (SEALED, CipherPurpose.MESSAGE)):
        with pytest.raises(TamperedError, match="another purpose"):
            decrypt(RING, sealed, purpose=purpose, workflow_id=HERE)


def test_a_key_that_integrators_share_seals_nothing_of_ours() -> None:
    """Whoever holds it could otherwise make up the results of activities."""
    forged = encrypt(SHARED, PLAIN, purpose=CipherPurpose.OWN, workflow_id=HERE)

    with pytest.raises(TamperedError, match="integrators share"):
        opened(forged)


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_any_flipped_bit_is_found(bit: int) -> None:
    """Header, nonce, text or tag: each bit counts, and the error quotes nothing."""
    broken = bytearray(SEALED)
    broken[bit // 8] ^= 1 << bit % 8

    with pytest.raises((TamperedError, UnknownKeyError)) as fault:
        opened(bytes(broken))
    assert MARKER not in str(fault.value)


@pytest.mark.parametrize("length", range(len(SEALED)))
def test_any_truncation_is_found(length: int) -> None:
    """A prefix of sealed bytes is not what was sealed."""
    with pytest.raises(TamperedError):
        opened(SEALED[:length])


@given(st.binary(max_size=300))
def test_bytes_of_anybody_are_refused_and_never_crash(found: bytes) -> None:
    """Whatever comes, the answer is one of our errors."""
    with pytest.raises(DecryptionError):
        opened(found)


def test_an_unknown_key_is_named() -> None:
    """Its id tells the operator which key to bring; the same bytes open when it has come."""
    with pytest.raises(UnknownKeyError, match="no key 2026-11 is here") as fault:
        decrypt(KeyRing(OLD), SEALED, purpose=CipherPurpose.OWN, workflow_id=HERE)
    assert "2026-11" == fault.value.key_id
    assert PLAIN == opened(SEALED)


def test_no_representation_shows_a_secret() -> None:
    """A key or an opened payload that lands in a message by mistake shows its name alone."""
    found = decrypt(RING, SEALED, purpose=CipherPurpose.OWN, workflow_id=HERE)

    assert "Key(id='2026-11', use=<Use.OWN: 'own'>)" == repr(NEW)
    assert MARKER not in repr(found)
