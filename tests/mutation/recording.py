"""Preparation of a run: parse the data once, and run every test once on unchanged code."""

import os
import pickle
from collections.abc import Iterable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.mutation.attempts import OPTIONS, SAID, forked, settle_hypothesis
from tests.mutation.marks import SEEN, Recorder, marked
from tests.mutation.replaced import Replaced

RECORDED = ".recorded"


class NoRecordError(Exception):
    """Error for tests that cannot be run on unchanged code, with the output of pytest."""


def remember_yaml(texts: Iterable[str]) -> None:
    """Parse each of `texts` once, here, instead of again in every attempt."""
    known = {text: pickle.dumps(YAML(typ="safe", pure=True).load(text)) for text in texts}
    load = YAML.load

    def remembered(self: YAML, stream: object) -> object:
        found = known.get(stream) if isinstance(stream, str) else None
        return load(self, stream) if found is None else pickle.loads(found)  # noqa: S301 - as above

    YAML.load = remembered  # type: ignore[method-assign]


def recorded(sources: dict[str, str], tests: Iterable[str]) -> Recorder:
    """Run all tests once on unchanged code, and return the statements of each.

    Raises:
        NoRecordError: If there was no test to run.
    """

    def record() -> int:
        settle_hypothesis()
        seen = Recorder()
        code = {path: compile(marked(path, text), path, "exec") for path, text in sources.items()}
        Replaced(code, **{SEEN: seen.seen.add}).install()
        options = (*OPTIONS, "--maxfail=0", "--continue-on-collection-errors")
        pytest.main([*options, *tests], plugins=[seen])
        Path(RECORDED).write_bytes(pickle.dumps(seen))
        return 0 if seen.seconds else 1

    if os.waitpid(forked(record), 0)[1] != 0:
        raise NoRecordError(Path(SAID).read_text("utf-8"))
    found = pickle.loads(Path(RECORDED).read_bytes())  # noqa: S301 - written by the lines above
    assert isinstance(found, Recorder)
    return found
