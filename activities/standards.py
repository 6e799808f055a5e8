"""Load the standards: the only module that opens YAML, once, when a process starts.

Every file is checked against the lock before it is read, and against a strict model after.
"""

from functools import cache
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from activities.lock import LockError, StandardsError, checked
from activities.shapes import CalendarFile, StandardFile
from states.calendar import WorkingCalendar
from states.law import Shelf
from states.readings import UnsupportedReadingError, require_readings
from states.timescale import Duty, Edition, Preamble, Row, Timescale

__all__ = [
    "STANDARDS",
    "InvalidFileError",
    "LockError",
    "NothingReleasedError",
    "Shelf",
    "StandardsError",
    "load_shelf",
    "read_file",
]

STANDARDS = Path(__file__).parents[1] / "standards"
"""Where the standards lie in a checkout."""

PREAMBLE = "edition.yaml"

Model = TypeVar("Model", bound=BaseModel)

AnyRow = TypeVar("AnyRow", bound=Row)


class NothingReleasedError(StandardsError):
    """The lock lists no edition or no calendar, so no sentence could be run."""

    def __init__(self, root: Path) -> None:
        super().__init__(f"{root} holds no released edition with a calendar")


class InvalidFileError(StandardsError):
    """A file is no YAML, has a key twice, or is not what its model asks for."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}")


def load_shelf(root: Path = STANDARDS) -> Shelf:
    """Return every released edition and calendar below `root`.

    Raises:
        StandardsError: If a file differs from the lock, is not listed, or is not valid. The
            message names the file and what is wrong with it.
    """
    listed = checked(root)
    directories = sorted(
        {path.rpartition("/")[0] for path in listed if path.startswith("editions/")}
    )
    editions = [_edition(root, directory, listed) for directory in directories]
    calendars = [_calendar(root, path) for path in listed if path.startswith("calendars/")]
    if not (editions and calendars):
        raise NothingReleasedError(root)
    return Shelf(
        editions={edition.name: edition for edition in editions},
        calendars={calendar.name: calendar for calendar in calendars},
    )


def _edition(root: Path, directory: str, listed: dict[str, str]) -> Edition:
    paths = sorted(path for path in listed if path.startswith(f"{directory}/"))
    preamble = read_file(root, f"{directory}/{PREAMBLE}", Preamble)
    _named_as_filed(directory, preamble.name)
    timescales, duties = dict[str, Timescale](), dict[str, Duty]()
    for path in paths:
        if not path.endswith(f"/{PREAMBLE}"):
            file = read_file(root, path, StandardFile)
            _add(timescales, path, file.timescales)
            _add(duties, path, file.duties)
    digest = sha256("".join(f"{listed[path]}  {path}\n" for path in paths).encode()).hexdigest()
    try:
        edition = Edition(**dict(preamble), timescales=timescales, duties=duties, digest=digest)
        require_readings(edition)
    except ValidationError as error:
        raise InvalidFileError(directory, _problems(error)) from error
    except UnsupportedReadingError as error:
        raise InvalidFileError(directory, str(error)) from error
    return edition


def _add(found: dict[str, AnyRow], path: str, rows: tuple[AnyRow, ...]) -> None:
    for row in rows:
        if row.id in found:
            raise InvalidFileError(path, f"{row.id} stands twice in the edition")
        found[row.id] = row


def _calendar(root: Path, path: str) -> WorkingCalendar:
    calendar = read_file(root, path, CalendarFile).calendar()
    _named_as_filed(path.removesuffix(".yaml"), calendar.name)
    return calendar


def _named_as_filed(path: str, name: str) -> None:
    if path.rpartition("/")[2] != name:
        raise InvalidFileError(path, f"the name inside is {name}; both must be the same")


def read_file(root: Path, path: str, model: type[Model]) -> Model:
    """Return what one YAML file below `root` says, as its model has it.

    Raises:
        InvalidFileError: If it is missing, no YAML, or not what the model asks for.
    """
    try:
        return model.model_validate_json(_as_json((root / path).read_text("utf-8")))
    except ValidationError as error:
        raise InvalidFileError(path, _problems(error)) from error
    except FileNotFoundError as error:
        raise InvalidFileError(path, "the edition has no such file") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        raise InvalidFileError(path, f"line {line}: {error.problem}") from error
    except (YAMLError, ValueError) as error:  # ValueError: bytes that are no text, a 32nd day
        raise InvalidFileError(path, str(error)) from error


@cache
def _as_json(text: str) -> str:
    # By way of JSON, whose strict mode knows that enums and dates are written as text. Kept for
    # each text, because YAML is slow to read and a process may load the standards again.
    loaded: object = YAML(typ="safe", pure=True).load(text)
    return dumps(_keyed_by_text(loaded), default=str)


def _keyed_by_text(loaded: object) -> object:
    match loaded:
        case dict():
            return {str(key): _keyed_by_text(value) for key, value in loaded.items()}
        case list():
            return [_keyed_by_text(item) for item in loaded]
    return loaded


def _problems(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}".removeprefix(": ")
        for problem in error.errors(include_url=False)
    )
