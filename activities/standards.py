"""Loader of the standards from YAML files, once, when a process starts.

Every file is checked against the lock before it is read, and against a strict model after. No
other module opens YAML.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import Self, TypeVar

from pydantic import BaseModel, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.resolver import VersionedResolver

from activities.lock import StandardsError, check_lock
from states.law.pack import LawPack, PackPreamble, Parameter
from states.standards.edition import Edition, Preamble
from states.standards.law import StandardsCatalogue
from states.standards.provisions import (
    ContradictionError,
    Duty,
    Provision,
    StrictModel,
    Text,
    Timescale,
    require,
)
from states.standards.readings import UnsupportedReadingError, require_readings
from states.time.calendar import WorkingCalendar


class StandardFile(StrictModel):
    """File with one standard, or a part of it: its timescales and its duties."""

    standard: Text
    title: Text
    timescales: tuple[Timescale, ...] = ()
    duties: tuple[Duty, ...] = ()


class CalendarFile(StrictModel):
    """File with the bank holidays of one country, as published on one day."""

    name: Text
    title: Text
    source: Text
    published: date
    first_year: int
    last_year: int
    holidays: Mapping[date, Text]

    @model_validator(mode="after")
    def _years_are_covered(self) -> Self:
        expected = set(range(self.first_year, self.last_year + 1))
        years = {day.year for day in self.holidays}
        wrong = ", ".join(map(str, sorted(expected ^ years)))
        require(not wrong, f"holidays outside the years of the calendar, or none in: {wrong}")
        return self

    def calendar(self) -> WorkingCalendar:
        """Return the working calendar of the file."""
        return WorkingCalendar(
            name=self.name,
            source=self.source,
            first_year=self.first_year,
            last_year=self.last_year,
            holidays=dict(self.holidays),
        )


class ParametersFile(StrictModel):
    """File with some parameters of a law pack."""

    parameters: tuple[Parameter, ...]


STANDARDS = Path(__file__).parents[1] / "standards"
"""Folder of the standards in a checkout."""

PREAMBLE = "edition.yaml"

PACK_PREAMBLE = "pack.yaml"

Model = TypeVar("Model", bound=BaseModel)

AnyRow = TypeVar("AnyRow", bound=Provision)


class NothingReleasedError(StandardsError):
    """The lock lists no edition or no calendar, so no sentence could run."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} holds no released edition with a calendar")


class InvalidFileError(StandardsError):
    """A file is not YAML, has a key twice, or does not fit its model."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


class AliasError(ValueError):
    """A YAML text has an alias, which names a part to be repeated."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: an alias is not allowed; write the value out")


def load_catalogue(root: Path = STANDARDS) -> StandardsCatalogue:
    """Return every released edition, calendar and law pack below `root`.

    Raises:
        StandardsError: If a file differs from the lock, is not listed, or is not valid. The
            message names the file and what is wrong with it.
    """
    listed = check_lock(root)
    directories = sorted(
        {path.rpartition("/")[0] for path in listed if path.startswith("editions/")}
    )
    editions = [_edition(root, directory, listed) for directory in directories]
    calendars = [_calendar(root, path) for path in listed if path.startswith("calendars/")]
    if not (editions and calendars):
        raise NothingReleasedError(root)
    law = sorted({path.rpartition("/")[0] for path in listed if path.startswith("law/")})
    packs = [_pack(root, directory, listed) for directory in law]
    return StandardsCatalogue(
        editions={edition.name: edition for edition in editions},
        calendars={calendar.name: calendar for calendar in calendars},
        packs={pack.name: pack for pack in packs},
    )


def _edition(root: Path, directory: str, listed: dict[str, str]) -> Edition:
    paths = sorted(path for path in listed if path.startswith(f"{directory}/"))
    preamble = read_file(root, f"{directory}/{PREAMBLE}", Preamble)
    _require_file_name(directory, preamble.name)
    timescales = dict[str, Timescale]()
    duties = dict[str, Duty]()
    for path in paths:
        if not path.endswith(f"/{PREAMBLE}"):
            file = read_file(root, path, StandardFile)
            _add(timescales, path, file.timescales)
            _add(duties, path, file.duties)
    digest = _digest(paths, listed)
    try:
        edition = Edition(**dict(preamble), timescales=timescales, duties=duties, digest=digest)
        require_readings(edition)
    except ValidationError as error:
        raise InvalidFileError(directory, _problems(error)) from error
    except UnsupportedReadingError as error:
        raise InvalidFileError(directory, str(error)) from error
    return edition


def _pack(root: Path, directory: str, listed: dict[str, str]) -> LawPack:
    paths = sorted(path for path in listed if path.startswith(f"{directory}/"))
    preamble = read_file(root, f"{directory}/{PACK_PREAMBLE}", PackPreamble)
    _require_file_name(directory, preamble.name)
    parameters = dict[str, Parameter]()
    for path in paths:
        if path.endswith(f"/{PACK_PREAMBLE}"):
            continue
        for item in read_file(root, path, ParametersFile).parameters:
            if item.parameter in parameters:
                raise InvalidFileError(path, f"the pack has {item.parameter} twice")
            parameters[item.parameter] = item
    try:
        return LawPack(preamble, parameters, digest=_digest(paths, listed))
    except ContradictionError as error:
        raise InvalidFileError(directory, str(error)) from error


def _digest(paths: list[str], listed: dict[str, str]) -> str:
    return sha256("".join(f"{listed[path]}  {path}\n" for path in paths).encode()).hexdigest()


def _add(found: dict[str, AnyRow], path: str, rows: tuple[AnyRow, ...]) -> None:
    for row in rows:
        if row.id in found:
            raise InvalidFileError(path, f"the edition has {row.id} twice")
        found[row.id] = row


def _calendar(root: Path, path: str) -> WorkingCalendar:
    calendar = read_file(root, path, CalendarFile).calendar()
    _require_file_name(path.removesuffix(".yaml"), calendar.name)
    return calendar


def _require_file_name(path: str, name: str) -> None:
    if path.rpartition("/")[2] != name:
        raise InvalidFileError(path, f"the name inside is {name}; both must be the same")


def read_file(root: Path, path: str, model: type[Model]) -> Model:
    """Return one YAML file below `root`, parsed and validated by its model.

    Raises:
        InvalidFileError: If it is missing, is not YAML, or does not fit the model.
    """
    try:
        return model.model_validate_json(_yaml_to_json((root / path).read_text("utf-8")))
    except ValidationError as error:
        raise InvalidFileError(path, _problems(error)) from error
    except FileNotFoundError as error:
        raise InvalidFileError(path, "the edition has no such file") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise InvalidFileError(path, f"line {line}: {error.problem}") from error
    except (YAMLError, ValueError) as error:  # ValueError: not UTF-8, or a 32nd day
        raise InvalidFileError(path, str(error)) from error


class _Resolver(VersionedResolver):
    """Resolver of YAML 1.2 alone: its base class looks the version up again at every scalar."""

    @property
    def processing_version(self) -> tuple[int, int]:
        return (1, 2)


@cache
def _yaml_to_json(text: str) -> str:
    # Through JSON, whose strict mode accepts enums and dates as text. Cached by text, because YAML
    # is slow to parse and a process may load the standards again.
    # Expanded, aliases of aliases grow without bound: 447 bytes became 3 GB.
    for event in YAML(typ="safe", pure=False).parse(text) if "*" in text else ():
        if isinstance(event, AliasEvent):
            raise AliasError(event.start_mark.line + 1)
    parser = YAML(typ="safe", pure=False)
    parser.Resolver = _Resolver
    loaded: object = parser.load(text)
    return dumps(_with_text_keys(loaded), default=str)


def _with_text_keys(loaded: object) -> object:
    match loaded:
        case dict():
            return {str(key): _with_text_keys(value) for key, value in loaded.items()}
        case list():
            return [_with_text_keys(item) for item in loaded]
    return loaded


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}".removeprefix(": ")
        for problem in error.errors(include_url=False)
    )
