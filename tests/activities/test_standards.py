"""Only released, valid standards are loaded, and a refusal names the file and the fault."""

from datetime import date, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from activities.lock import LOCK, StandardsError, extend_lock
from activities.standards import STANDARDS, load_catalogue
from standards.lock import main
from standards.make_calendar import ISSUES, LAST_YEAR, NAME, DisagreementError, Issue, calendar

FIVE = "editions/ns-2015/5.yaml"
CALENDAR = f"calendars/{NAME}.yaml"
YEAR = timedelta(days=365)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of the standards that a test may spoil."""
    return copytree(STANDARDS, tmp_path / "standards", ignore=ignore_patterns("*.py"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def relock(root: Path) -> None:
    (root / LOCK).unlink()
    extend_lock(root)


def test_the_released_standards_load() -> None:
    """Timescales and duties of every file are there, under their ids."""
    edition = load_catalogue().editions["ns-2015"]

    assert (120, 123) == (len(edition.timescales), len(edition.duties))
    assert {"first-appt-community", "recall-decision-9wd", "order-end"} < set(edition.timescales)
    assert {"plan-review-on-change", "ev-exc-notify-police"} < set(edition.duties)


def test_every_rule_was_compared_with_its_source_within_a_year_of_the_latest() -> None:
    """Nothing is left behind when the edition is checked again."""
    edition = load_catalogue().editions["ns-2015"]
    rows = (*edition.timescales.values(), *edition.duties.values())
    checked = [edition.last_checked, *(row.last_checked for row in rows)]

    assert [] == [day for day in checked if max(checked) - day > YEAR]


def test_the_rules_were_compared_with_their_sources_within_the_last_year() -> None:
    """When this fails, read the sources again and release what has changed."""
    assert date.today() - load_catalogue().editions["ns-2015"].last_checked <= YEAR  # noqa: DTZ011  a day is near enough


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        (FIVE, "title: First", "colour: red\n    title: First", "colour: Extra inputs are not"),
        (FIVE, "amount: 5", "amount: 5\n    amount: 6", "line 10: found duplicate key"),
        (FIVE, "amount: 5", "amount: five", "timescales.0.amount: Input should be a valid integer"),
        (FIVE, "amount: 5", "amount: true", "timescales.0.amount: Input should be a valid integer"),
        (FIVE, "amount: 5", 'amount: "5"', "timescales.0.amount: Input should be a valid integer"),
        (FIVE, "unit: working_days", "unit: fortnights", "timescales.0.unit: Input should be"),
        (FIVE, "source:", "sauce:", "timescales.0.source: Field required"),
        (FIVE, "reference: 5(a), ", "", "timescales.0.source.0.reference: Field required"),
        (FIVE, "last_checked: 2026-11-22", "", "timescales.0.last_checked: Field required"),
        (FIVE, "document: ns-2015", "document: hearsay", "cited but not listed: hearsay"),
        (FIVE, "id: first-appt-community\n", "id: order-end\n", "the edition has order-end twice"),
        (FIVE, "id: home-visits\n", "id: reminder\n", "the edition has reminder twice"),
        (FIVE, "id: home-visits\n", "id: order-end\n", "carried more than once: order-end"),
        (FIVE, "recurring: true", "amount: 5", "duties.0.amount: Extra inputs are not"),
        (FIVE, "title: The plan", "  title: The plan", "line 2: did not find expected key"),
        ("editions/ns-2015/edition.yaml", "name: ns-2015", "name: ns-2016", "inside is ns-2016"),
        ("editions/ns-2015/edition.yaml", "in_force_until: ", "until: ", "until: Extra inputs"),
        (CALENDAR, "name: england", "name: scotland", "the name inside is scotland"),
        (CALENDAR, "last_year: 2028", "last_year: 2027", "outside the years of the calendar, or"),
        (CALENDAR, "2028-12-26", "2028-12-32", "day is out of range for month"),
        (CALENDAR, "2028-12-26:", "2028-12-25:", "found duplicate key"),
    ],
)
def test_an_invalid_file_is_refused_by_name(
    root: Path, file: str, old: str, new: str, fault: str
) -> None:
    """Unknown and duplicate keys, wrong types and missing citations never reach a sentence."""
    edit(root / file, old, new)
    relock(root)

    with pytest.raises(StandardsError) as refusal:
        load_catalogue(root)

    assert fault in str(refusal.value)
    assert str(refusal.value).startswith(file.rpartition("/")[0])


def test_a_file_of_aliases_of_aliases_is_refused_before_it_is_expanded(root: Path) -> None:
    """Nine lines would fill three gigabytes: whoever may replace a file could stop a worker."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 9):
        repeated = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"a{level}: &a{level} [{repeated}]")
    (root / FIVE).write_text("\n".join(lines), "utf-8")
    relock(root)

    with pytest.raises(StandardsError, match=f"{FIVE}: line 2: an alias is not allowed"):
        load_catalogue(root)


def test_an_empty_file_and_one_that_is_no_text_are_refused(root: Path) -> None:
    """Whatever lies in the folder is answered with a refusal."""
    for content in (b"", b"- 1\n", b"\xff\xfe"):
        (root / FIVE).write_bytes(content)
        relock(root)
        with pytest.raises(StandardsError, match=FIVE):
            load_catalogue(root)


def test_a_folder_without_an_edition_file_is_no_edition(root: Path) -> None:
    """The refusal says which file is wanting."""
    (root / "editions/ns-2015/edition.yaml").unlink()
    relock(root)

    with pytest.raises(StandardsError, match=r"ns-2015/edition\.yaml: the edition has no such"):
        load_catalogue(root)


def test_a_changed_released_file_is_refused(root: Path) -> None:
    """One character is enough, also where the file stays valid."""
    edit(root / FIVE, "amount: 5", "amount: 6")

    with pytest.raises(StandardsError, match=r"5\.yaml was released and has changed: restore it"):
        load_catalogue(root)


def test_a_missing_released_file_is_refused(root: Path) -> None:
    """A rule cannot disappear from under a sentence."""
    (root / FIVE).unlink()

    with pytest.raises(StandardsError, match=r"5\.yaml was released and is missing"):
        load_catalogue(root)


def test_a_file_that_was_never_released_is_refused(root: Path) -> None:
    """Nothing takes effect by lying in the folder; the refusal says how to release it."""
    (root / "editions/ns-2015/13.yaml").write_text("standard: '13'\n", encoding="utf-8")

    with pytest.raises(StandardsError, match=r"13\.yaml is not released: run `make lock`"):
        load_catalogue(root)


@pytest.mark.parametrize("line", ["nonsense\n", "\n"])
def test_a_damaged_lock_is_refused(root: Path, line: str) -> None:
    """The refusal says in which line."""
    with (root / LOCK).open("a", encoding="utf-8") as lock:
        lock.write(line)

    with pytest.raises(StandardsError, match=r"editions\.lock is damaged in line \d+"):
        load_catalogue(root)


def test_without_a_lock_nothing_loads(root: Path) -> None:
    """A lock that is gone does not mean that everything goes."""
    (root / LOCK).unlink()

    with pytest.raises(StandardsError, match=r"editions\.lock was released and is missing"):
        load_catalogue(root)


def test_nothing_released_is_refused(tmp_path: Path) -> None:
    """A worker without standards could run no sentence."""
    extend_lock(tmp_path)

    with pytest.raises(StandardsError, match="holds no released edition with a calendar"):
        load_catalogue(tmp_path)


def test_releasing_adds_what_is_new_and_keeps_the_rest(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command lists what it released; a second time there is nothing to do."""
    before = (root / LOCK).read_text(encoding="utf-8")
    new = root / "editions/ns-2015/13.yaml"
    new.write_text("standard: '13'\ntitle: Risk\ntimescales: []\n", encoding="utf-8")

    assert (0, 0) == (main(root), main(root))

    assert "released editions/ns-2015/13.yaml\nnothing new to release\n" == capsys.readouterr().out
    assert set(before.splitlines()) < set((root / LOCK).read_text(encoding="utf-8").splitlines())


def test_releasing_refuses_a_changed_file(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command exits with 1, says which file, and leaves the lock alone."""
    before = (root / LOCK).read_bytes()
    edit(root / FIVE, "amount: 5", "amount: 6")

    assert 1 == main(root)

    assert "editions/ns-2015/5.yaml was released and has changed" in capsys.readouterr().err
    assert before == (root / LOCK).read_bytes()


def test_releasing_refuses_what_could_not_be_loaded(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is not valid could not be mended once it is released."""
    before = (root / LOCK).read_bytes()
    (root / "editions/ns-2015/13.yaml").write_text("standard: '13'\n", encoding="utf-8")

    assert 1 == main(root)

    assert "13.yaml: title: Field required" in capsys.readouterr().err
    assert before == (root / LOCK).read_bytes()


def test_the_digest_of_an_edition_changes_with_its_files(root: Path) -> None:
    """Two builds with one digest hold the same rules."""
    (root / "editions/ns-2015/13.yaml").write_text(
        "standard: '13'\ntitle: Risk\ntimescales: []\n", encoding="utf-8"
    )
    extend_lock(root)

    grown, released = (load_catalogue(path).editions["ns-2015"] for path in (root, STANDARDS))

    assert released.timescales == grown.timescales
    assert released.digest != grown.digest


@pytest.mark.parametrize("issue", ISSUES, ids=lambda issue: issue.name)
def test_a_committed_calendar_is_what_the_script_writes(issue: Issue) -> None:
    """The dates come from the library, not from a hand, and GOV.UK agrees with each."""
    path = STANDARDS / "calendars" / f"{issue.name}.yaml"

    assert calendar(issue) == path.read_text(encoding="utf-8")


def test_an_older_calendar_lacks_what_was_proclaimed_after_it() -> None:
    """Sentences that ran in September 2022 saw a holiday come; nothing else sets them apart."""
    older, newest = (load_catalogue().calendars[issue.name].holidays for issue in ISSUES)
    missing = {day for day in newest.keys() - older.keys() if day.year <= ISSUES[0].last_year}

    assert {date(2022, 9, 19), date(2023, 5, 8)} == missing
    assert set() == older.keys() - newest.keys()


def test_the_calendar_reaches_the_last_year_that_was_published() -> None:
    """Days after it are provisional."""
    found = load_catalogue().calendar()

    assert (NAME, 2015, LAST_YEAR) == (found.name, found.first_year, found.last_year)


def test_sources_that_disagree_write_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day that only one source knows is named in the refusal."""
    monkeypatch.setattr("standards.make_calendar._published", lambda _year: {date(2026, 7, 4)})

    with pytest.raises(DisagreementError, match=r"disagree on .*2026-07-04"):
        calendar()
