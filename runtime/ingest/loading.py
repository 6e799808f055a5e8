"""Load the mappings of foreign messages, each file checked against its lock before it is read."""

from pathlib import Path
from typing import Final

from activities.lock import MAPPING_FILES, checked
from activities.standards import InvalidFileError, read_file
from runtime.ingest.mapping import MappingFile
from runtime.ingest.mappings import Mappings
from states.timescale.facts import ContradictionError

FOLDER: Final = "ingest"
"""Where the mappings lie below the standards."""


def load_mappings(standards: Path) -> Mappings:
    """Return every released mapping below the folder of the standards.

    Raises:
        StandardsError: If a file differs from the lock, is not listed, or is not valid. The
            message names the file and what is wrong with it.
    """
    root = standards / FOLDER
    files = [read_file(root, path, MappingFile) for path in sorted(checked(root, MAPPING_FILES))]
    for path, file in zip(sorted(checked(root, MAPPING_FILES)), files, strict=True):
        if path != f"{file.name}.yaml":
            raise InvalidFileError(path, f"the name inside is {file.name}; both must be the same")
    try:
        return Mappings.of(files)
    except ContradictionError as error:
        raise InvalidFileError(FOLDER, str(error)) from error
