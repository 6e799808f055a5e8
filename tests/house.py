"""Find what breaks the rule of modules, names and prose: CONTRIBUTING.md, "How code reads".

The checker reads source, it imports nothing, so that a broken module is still judged.
"""

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

PRODUCT: Final = ("activities", "runtime", "states", "workflows")
CODE: Final = (*PRODUCT, "bench", "deploy", "docs", "standards", "tests")
SCRIPTS: Final = ("settings.py", "starter.py", "worker.py")

SHORT: Final = 60
"""Below this many lines, a module with one importer belongs in that importer."""

RETIRED: Final = frozenset(
    {
        "crew",
        "crossing",
        "desk",
        "door",
        "growth",
        "hands",
        "leaving",
        "leavings",
        "letter",
        "letters",
        "mail",
        "parcel",
        "parcels",
        "pins",
        "post",
        "reckoning",
        "shelf",
        "standing",
        "stir",
        "stirred",
        "surface",
        "told",
        "waking",
    }
)
"""Words that Temporal, event sourcing and probation have a better term for."""

DOCUMENTED = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef

OPENERS: Final = ("What ", "Whoever ", "That which ", "How ", "Whether ")
"""First words of a docstring that does not name its thing."""

_WORD: Final = re.compile(r"(?<!\w)[A-Za-z]+(?!\w)")
_PART: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")


def python_files(root: Path, rooms: tuple[str, ...]) -> list[Path]:
    """Return the Python files of these rooms, in order; of scripts too where all code is asked."""
    found = [path for room in rooms for path in sorted((root / room).rglob("*.py"))]
    scripts = [root / script for script in SCRIPTS if (root / script).is_file()]
    return found + (scripts if rooms == CODE else [])


def literal_unpackings(source: str) -> list[int]:
    """Return the lines of calls that unpack a literal tuple or list."""
    return [
        argument.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        for argument in node.args
        if isinstance(argument, ast.Starred) and isinstance(argument.value, ast.Tuple | ast.List)
    ]


def retired_names(
    source: str,
    allowed: frozenset[str] = frozenset(),
    *,
    words: frozenset[str] = RETIRED,
) -> list[tuple[int, str]]:
    """Return the identifiers that hold one of `words`, with their lines; not those `allowed`."""
    found = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.NAME or token.string in allowed:
            continue
        name = re.sub("dead_?letter", "", token.string, flags=re.IGNORECASE)
        if words & {part.lower() for part in _PART.findall(name)}:
            found.append((token.start[0], token.string))
    return found


def retired_words(text: str, allowed: tuple[re.Pattern[str], ...] = ()) -> list[tuple[int, str]]:
    """Return the retired words of a text with their lines, less what `allowed` patterns cover."""
    found = []
    for pattern in allowed:
        text = pattern.sub(lambda match: re.sub(r"\w", " ", match[0]), text)
    for number, line in enumerate(text.splitlines(), start=1):
        found += [(number, word) for word in _WORD.findall(line) if word.lower() in RETIRED]
    return found


def prose(source: str) -> str:
    """Return the comments and strings of a module, each on its own lines, and nothing else."""
    kept = [""] * (source.count("\n") + 2)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING):
            for offset, line in enumerate(token.string.splitlines()):
                kept[token.start[0] - 1 + offset] += f" {line}"
    return "\n".join(kept)


def vague_docstrings(source: str) -> list[tuple[int, str]]:
    """Return the docstrings that open with a word that names nothing, with their lines.

    The text below a field or a constant is its docstring.
    """
    return [
        (statement.lineno, text.splitlines()[0])
        for node in ast.walk(ast.parse(source))
        for statement in (node.body if isinstance(node, DOCUMENTED) else ())
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if isinstance(text := statement.value.value, str)
        if text.startswith(OPENERS)
    ]


def public_classes(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the modules that define each public class, by its name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, source in sources.items():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(path)
    return found


def importers(sources: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the modules that import each module of `sources`; keys and members are paths."""
    by_name = {_module(path): path for path in sources}
    found: dict[str, set[str]] = {path: set() for path in sources}
    for path, source in sources.items():
        for name in _imports(source):
            if (imported := by_name.get(name)) not in (None, path):
                found[imported].add(path)
    return found


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
