"""Checker of the rooms: imports against the arrows, and impurity in states/.

The checker reads source and imports nothing, so that it also judges a broken module.
"""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


OURS = _names(
    "activities bench deploy docs examples runtime settings standards starter states tests worker "
    "workflows"
)
SCRIPTS = ("settings.py", "starter.py", "worker.py")
ARROWS: dict[str, tuple[str, ...]] = {
    "states": ("states",),
    "activities": ("activities", "states"),
    "workflows": ("workflows", "states", "activities.contracts"),
    "runtime": ("runtime", "workflows", "activities", "states", "settings"),
    "settings": ("activities.contracts",),
    "worker": ("runtime", "workflows", "activities", "states", "settings"),
    "starter": ("runtime", "workflows", "activities", "states", "settings"),
    "standards": ("standards", "activities", "states"),
}
"""Modules of ours that each room may import; rooms that are not listed may import all."""

OWNERS: dict[str, tuple[str, ...]] = {
    "transitions": ("states/transitions.py",),
    "ruamel": ("activities/standards.py",),
    "sqlalchemy": ("activities/records/", "runtime/report/", "docs/pages/records.py"),
    "alembic": ("activities/records/",),
    "yaml": (),
    # It reads source files: the schema takes the descriptions of fields from their docstrings.
    "inspect": ("states/events/schema.py", "runtime/", "docs/", "tests/"),
}
"""Libraries that only some modules or folders may import."""

PURE = _names(
    "__future__ abc ast base64 bisect calendar collections contextlib copy dataclasses datetime "
    "decimal difflib enum fractions functools graphlib hashlib heapq inspect itertools json math "
    "operator pydantic re string struct textwrap transitions types typing typing_extensions "
    "unicodedata zlib zoneinfo"
)
"""External modules that states/ may import: an allow-list, because it cannot miss one."""

UNREPLAYABLE = _names(
    "aiohttp httpx io logging os pathlib random requests secrets shutil socket sqlite3 structlog "
    "subprocess tempfile threading time urllib uuid"
)
"""Modules that workflows/ never imports. The sandbox alone is not enough: it allows file reads."""

IMPURE_NAMES = _names(
    "Path __import__ breakpoint compile eval exec globals hash id input open print"
)
"""Built-ins of states/ that read or write the world; `hash` and `id` differ between processes."""

CLOCKS = frozenset(["date", "datetime"])
CLOCK_READS = frozenset(["now", "today", "utcnow"])
FILE_CALLS = frozenset(["open", "read_bytes", "read_text", "write_bytes", "write_text"])


def complaints(root: Path) -> list[str]:
    """Return every breach under `root`, one line each, `[]` where a room does not exist yet."""
    rooms = sorted(room for room in OURS - {"tests"} if (root / room).is_dir())
    paths = [path for room in rooms for path in sorted((root / room).rglob("*.py"))]
    paths += [root / script for script in SCRIPTS if (root / script).is_file()]
    return [
        complaint
        for path in paths
        for complaint in judge(path.relative_to(root).as_posix(), path.read_text("utf-8"))
    ]


def judge(path: str, source: str) -> list[str]:
    """Return the breaches of one module, whose `path` is relative to the checkout."""
    room = PurePosixPath(path).parts[0].removesuffix(".py")
    found = []
    for node in ast.walk(ast.parse(source, path)):
        reasons = [reason for name in _imports(path, node) for reason in _import(path, room, name)]
        if room == "states":
            reasons += _impurity(node)
        if room == "workflows" and isinstance(node, ast.Name) and node.id == "open":
            reasons.append("opens a file, which replay would read again")
        found += [f"{path}:{getattr(node, 'lineno', 0)}: {reason}" for reason in reasons]
    return found


def _imports(path: str, node: ast.AST) -> Iterator[str]:
    """Yield the full dotted names that one import statement binds."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        package = PurePosixPath(path).parts[: -node.level] if node.level else ()
        module = ".".join([*package, *([node.module] if node.module else [])])
        yield from (f"{module}.{alias.name}" for alias in node.names)


def _import(path: str, room: str, name: str) -> Iterator[str]:
    top = name.partition(".")[0]
    if top in OURS:
        allowed = ARROWS.get(room, tuple(OURS))
        if not any(f"{name}.".startswith(f"{prefix}.") for prefix in allowed):
            allowed_names = ", ".join(allowed) or "nothing"
            yield f"imports {name}; {room} may import of ours only {allowed_names}"
        return
    if not path.startswith(OWNERS.get(top, path)):
        yield f"imports {top}; only {' or '.join(OWNERS[top]) or 'no module'} does"
    if room == "states" and top not in PURE:
        yield f"imports {top}, which is not on the list of pure modules"
    if room == "workflows" and top in UNREPLAYABLE:
        yield f"imports {top}, which replay cannot repeat"


def _impurity(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in IMPURE_NAMES:
        yield f"uses {node.id}, which is not pure"
    if isinstance(node, ast.Attribute) and node.attr in CLOCK_READS and _owner(node) in CLOCKS:
        # A reference counts as much as a call: `default_factory=datetime.now` reads it later.
        yield f"uses {_owner(node)}.{node.attr}, which reads the clock"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        called = node.func.attr
        if called in CLOCK_READS and _owner(node.func) not in CLOCKS:
            yield f"calls .{called}(), which reads the clock"
        if called in FILE_CALLS:
            yield f"calls .{called}(), which touches a file"
        if called == "astimezone" and not node.args:
            yield "calls .astimezone() without a zone, which takes the machine's"


def _owner(node: ast.Attribute) -> str | None:
    return getattr(node.value, "id", None) or getattr(node.value, "attr", None)
