"""Keys come from a file or a variable, and change without a restart."""

import logging
import os
from itertools import count
from pathlib import Path

import pytest

from activities.crypto.cipher import UnknownKeyError, decrypt, encrypt
from activities.crypto.keys import Key, KeyFile, KeyRing, KeyUse, new_key, parse_keys
from activities.reloading_file import FileError
from tests.activities.crypto.rings import HERE, NEW, OLD, SHARED


def line(key: Key) -> str:
    """The line of a key file that holds a key."""
    return new_key(key.id, key.use)


def write(path: Path, *lines: str) -> None:
    """Replace a file in one step, as a secret that is mounted is replaced."""
    fresh = path.with_suffix(".new")
    fresh.write_text("".join(f"{text}\n" for text in lines), "utf-8")
    fresh.replace(path)


def test_a_ring_is_a_key_a_line() -> None:
    """Remarks and empty lines do not count; the first key is primary; commas part as lines do."""
    first, second, shared = line(NEW), line(OLD), line(SHARED)

    for text in (f"# keys\n{first}\n\n{second} # old\n{shared}\n", f"{first},{second},{shared}"):
        ring = parse_keys(text)
        assert NEW.id == ring.primary().id
        held = [ring.find(name) for name in (OLD.id, SHARED.id)]
        found = {key.id: key.use for key in held if key is not None}
        assert {OLD.id: KeyUse.OWN, SHARED.id: KeyUse.MESSAGES} == found
        assert ring.find("2020-01") is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no key"),
        ("a", "line 1 is no key"),
        ("a b c d", "line 1 is no key"),
        (f"{new_key('a')} signatures", "line 1 is no key"),
        ("a c2hvcnQ=", "line 1 is no key"),
        ("a not-base64!", "line 1 is no key"),
        (new_key("no id!"), "line 1 is no key"),
        (f"{new_key('a')}\n{new_key('a')}", "two keys have one id"),
        (new_key("a", KeyUse.MESSAGES), "the first key is the primary key"),
        ("a " + "A" * 43 + "=", "line 1 holds a placeholder"),
    ],
    # A new key must not become a name: the workers of one run have to agree on the names.
    ids=count(),
)
def test_a_mistake_is_one_sentence_that_quotes_no_secret(text: str, sentence: str) -> None:
    """The line is named by its number."""
    with pytest.raises(FileError, match=sentence) as fault:
        parse_keys(text)
    words = [word for word in text.split() if len(word) > 20]
    assert [] == [word for word in words if word in str(fault.value)]


def test_rotation_needs_no_restart(tmp_path: Path) -> None:
    """The new key is added, then put first; the old one still decrypts its payloads."""
    path = tmp_path / "keys"
    old, new = line(OLD), line(NEW)
    write(path, old)
    keys = KeyFile(path)
    before = encrypt(keys.primary(), b"before", workflow_id=HERE)
    write(path, old, new)
    assert (OLD.id, True) == (keys.primary().id, keys.find(NEW.id) is not None)
    write(path, new, old)
    after = encrypt(keys.primary(), b"after", workflow_id=HERE)

    found = [decrypt(keys, encrypted, workflow_id=HERE) for encrypted in (before, after)]
    assert [(OLD.id, b"before"), (NEW.id, b"after")] == [(one.key.id, one.plain) for one in found]
    write(path, new)
    with pytest.raises(UnknownKeyError):
        decrypt(keys, before, workflow_id=HERE)


@pytest.mark.parametrize("damage", ["half a line", None])
def test_a_file_that_cannot_be_read_takes_no_key_away(
    tmp_path: Path, damage: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake during a rotation stops nothing; it is logged, without a secret."""
    path = tmp_path / "keys"
    text = line(NEW)
    write(path, text)
    keys = KeyFile(path)
    if damage is None:
        path.unlink()
    else:
        write(path, damage)

    with caplog.at_level(logging.WARNING, "sentences.files"):
        assert NEW.id == keys.primary().id
    assert ["file_not_read"] == [record.getMessage() for record in caplog.records]
    assert text.split()[1] not in repr([vars(record) for record in caplog.records])


def test_a_file_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    """A process without keys must not begin to work; the folder is not named."""
    with pytest.raises(FileError, match=r"^keys: No such file or directory$"):
        KeyFile(tmp_path / "keys")
    (tmp_path / "bytes").write_bytes(os.urandom(64) + b"\xff\xfe")
    with pytest.raises(FileError, match=r"^bytes: it is not text$"):
        KeyFile(tmp_path / "bytes")


def test_a_fresh_key_is_random_and_whole() -> None:
    """Two calls give two secrets of 32 bytes."""
    first, second = (parse_keys(new_key("a")).primary() for _ in range(2))

    assert (32, 32, False) == (len(first.secret), len(second.secret), first == second)


def test_a_ring_of_keys_in_code_is_judged_alike() -> None:
    """No way leads around the rules of a ring."""
    with pytest.raises(FileError, match="two keys have one id"):
        KeyRing(NEW, NEW)


def test_the_ring_in_the_documentation_is_one() -> None:
    """A copied key ring works: the first key is primary, the second shared."""
    page = (Path(__file__).parents[3] / "docs" / "encryption.md").read_text("utf-8")
    ring = parse_keys(page.partition("```text\n")[2].partition("```")[0])
    shared = ring.find("delius-messages")

    assert ("2026-11", KeyUse.MESSAGES) == (ring.primary().id, shared.use if shared else None)
