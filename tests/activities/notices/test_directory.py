"""The directory finds the most specific recipient that matches, or none."""

from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from activities.notices.directory import FOLDER_ONLY, DirectoryError, DirectoryFile, parse_directory
from states.recipients import CODES, RECIPIENTS

PLACE = "somebody@probation.example"
DEFAULT = f'[[recipient]]\nrole = "officer"\nchannel = "smtp"\naddress = "{PLACE}"\n'


def entry(role: str, address: str, **codes: str) -> str:
    """Return one entry as it stands in the file."""
    lines = [f'{name} = "{value}"' for name, value in codes.items()]
    head = [
        "[[recipient]]",
        f'role = "{role}"',
        'channel = "smtp"',
        f'address = "{address}@x.example"',
    ]
    return "\n".join([*head, *lines, ""])


ROUTE = {
    "officer": "N07A001",
    "stakeholder": "FA",
    "provider_code": "N07",
    "area": "LONDON",
    "court": "MC01",
    "prison": "WWI",
    "organisation": "CRC",
    "provider": "CRC",
}


@pytest.mark.parametrize("place", range(len(CODES)))
def test_the_most_telling_code_decides(place: int) -> None:
    """Each code beats all that come after it together, and the default beats none."""
    code, later = CODES[place], CODES[place + 1 :]
    text = (
        entry("police", "default")
        + entry("police", "later", **{name: ROUTE[name] for name in later} or {"court": "MC01"})
        + entry("police", "right", **{code: ROUTE[code]}, **({} if later else {"court": "MC01"}))
    )
    assert "right@x.example" == parse_directory(text).find("police", ROUTE).address


def test_an_entry_with_more_codes_is_nearer_than_one_with_fewer() -> None:
    """Of two that name the same officer."""
    text = entry("prison", "wide", provider_code="N07") + entry(
        "prison", "near", provider_code="N07", prison="WWI"
    )
    assert "near@x.example" == parse_directory(text).find("prison", ROUTE).address


def test_an_entry_for_another_case_is_not_taken_for_the_default() -> None:
    """There is none; a notice to the address of another role would reach a stranger."""
    directory = parse_directory(entry("police", "other", provider_code="N02"))
    for recipient, route in (("police", ROUTE), ("police", {}), ("officer", ROUTE)):
        with pytest.raises(ApplicationError) as refusal:
            directory.find(recipient, route)
        assert ("RecipientUnknown", True) == (refusal.value.type, refusal.value.non_retryable)
        assert recipient in str(refusal.value)


def test_documents_name_the_officer_as_the_directory_does() -> None:
    """The contact details of the matching entry; none if it has none."""
    text = entry("officer", "one", officer="N07A001", name="A. Khan", telephone="020 0000 0000")
    directory = parse_directory(text + entry("officer", "all"))
    assert {"name": "A. Khan", "telephone": "020 0000 0000"} == directory.contact(ROUTE)
    assert directory.contact({"officer": "N07A002"}) is None
    assert parse_directory(entry("police", "one")).contact(ROUTE) is None


def test_without_a_directory_everybody_is_reached_by_the_folder() -> None:
    """Every word that a notice can use."""
    found = {role: FOLDER_ONLY.find(role, {}).channel.value for role in RECIPIENTS}
    assert dict.fromkeys(RECIPIENTS, "folder") == found
    assert () == FOLDER_ONLY.roles_without_default()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[recipient]]\nrole = officer", "it is not TOML: .*line 2"),
        ("", "only tables named"),
        ("police = 1", "only tables named"),
        ('recipient = "police"', "only tables named"),
        (DEFAULT + "[other]\n", "only tables named"),
        (DEFAULT.replace("officer", "postman"), "recipient 1: 'postman' is no role"),
        (DEFAULT.replace("smtp", "pigeon"), "recipient 1, channel: Input should be 'folder'"),
        (DEFAULT.replace("@", " at "), "recipient 1: the address is no e-mail address"),
        (DEFAULT.replace("smtp", "folder"), "recipient 1: the folder takes no address"),
        (DEFAULT.replace("smtp", "webhook"), "recipient 1: the address is no web address"),
        (DEFAULT + 'colour = "red"\n', "recipient 1, colour: Extra inputs"),
        (DEFAULT + 'officer = "two words"\n', "recipient 1, officer: String should match"),
        (DEFAULT + DEFAULT, r"recipients 1 and 2: both are officer \(default\)"),
        (DEFAULT + "officer = 7\n", "recipient 1, officer: Input should be a valid string"),
    ],
)
def test_a_fault_is_named_with_its_place_and_without_an_address(text: str, said: str) -> None:
    """It is read aloud in logs and by probes."""
    with pytest.raises(DirectoryError, match=said) as refusal:
        parse_directory(text)
    assert PLACE not in str(refusal.value)


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    """Edited in place or replaced by another, without a restart."""
    file = tmp_path / "directory.toml"
    file.write_text(entry("police", "one"))
    kept = DirectoryFile(file)
    assert "one@x.example" == kept.current().find("police", {}).address
    file.write_text(entry("police", "two!".rstrip("!")))
    assert "two@x.example" == kept.current().find("police", {}).address
    other = tmp_path / "other"
    other.write_text(entry("police", "six"))
    other.replace(file)
    assert "six@x.example" == kept.current().find("police", {}).address
    assert () == kept.problems()


def test_a_file_that_is_not_read_twice_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten thousand notices of a morning look at its times alone."""
    file = tmp_path / "directory.toml"
    file.write_text(entry("police", "one"))
    kept = DirectoryFile(file)
    first = kept.current()
    monkeypatch.setattr(Path, "read_text", None)
    assert first is kept.current()


@pytest.mark.parametrize("broken", ["[[recipient", None, b"\xff\xfe"])
def test_a_broken_file_leaves_the_one_before_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, broken: str | bytes | None
) -> None:
    """Notices are still sent; the probes report it while it lasts, the log when it begins."""
    file = tmp_path / "directory.toml"
    file.write_text(entry("police", "one"))
    kept = DirectoryFile(file)
    kept.current()
    if broken is None:
        file.unlink()
    else:
        file.write_bytes(broken if isinstance(broken, bytes) else broken.encode())
    for _ in range(3):
        assert "one@x.example" == kept.current().find("police", {}).address
    (note,) = kept.problems()
    assert "the one before it is used" in note
    assert ["file_not_read"] == [record.message for record in caplog.records]
    file.write_text(entry("police", "two"))
    assert "two@x.example" == kept.current().find("police", {}).address
    assert () == kept.problems()


def test_without_any_directory_that_can_be_read_notices_wait(tmp_path: Path) -> None:
    """They do not go to the folder, which no one watches then."""
    kept = DirectoryFile(tmp_path / "none.toml")
    with pytest.raises(ApplicationError) as refusal:
        kept.current()
    assert ("DirectoryUnreadable", False) == (refusal.value.type, refusal.value.non_retryable)
    assert "notices wait for it" in kept.problems()[0]
