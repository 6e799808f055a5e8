"""Lay out the view of a sentence for a terminal: where it stands, its clocks and why."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from runtime.commands.paper import table
from runtime.commands.sections import SECTIONS, at
from states.view import is_decision

_STYLES = {
    "missed": Style(color="red", bold=True),
    "met_late": Style(color="yellow"),
    "running": Style(color="cyan"),
    "met": Style(color="green"),
}

_FIRST = {"missed": 0, "running": 1, "opened": 2}

View = dict[str, Any]


def sheet(view: View) -> Group:
    """Return everything that `show` prints of a view."""
    parts: list[RenderableType] = [headline(view), *_facts(view)]
    sections = (_clocks, *SECTIONS)
    parts += [part for section in sections if (part := section(view)) is not None]
    decisions = ", ".join(kind for kind in view["allowed"] if is_decision(kind))
    parts.append(Text(f"Decisions allowed now: {decisions or 'none'}; a fact is always taken."))
    return Group(*parts)


def headline(view: View) -> Text:
    """Return the sentence in one line: whose, what, and where it stands."""
    late = [clock for clock in view["clocks"] if clock["status"] == "missed"]
    text = Text(f"{view['crn']} event {view['event_number']}: {view['state']}", "bold")
    if view["outcome"] is not None:
        text.append(f", {view['outcome']} on {view['ended_on']}")
    if late:
        text.append(f", {len(late)} missed", _STYLES["missed"])
    return text


def _facts(view: View) -> Iterator[Text]:
    kind = view["type"] or "not imposed yet"
    dates = f" from {view['sentenced_on']} to {view['ends_on']}" if view["type"] else ""
    yield Text(f"{kind}{dates}, phase {view['phase']}, rosh {view['rosh'] or 'not known yet'}")
    inside = [
        f"{words} {view[name]}"
        for name, words in (
            ("expected_release_on", "release expected"),
            ("released_on", "released"),
            ("licence_ends_on", "licence ends"),
            ("pss_ends_on", "supervision ends"),
        )
        if view[name] is not None
    ]
    if inside:
        yield Text(", ".join(inside))
    code = f" {view['provider_code']}" if view["provider_code"] else ""
    provider = f"{view['provider']}{code}" if view["provider"] else "none yet"
    yield Text(f"provider {provider}, officer {view['officer'] or 'none yet'}")
    yield Text(f"edition {view['edition']}, calendar {view['calendar']}")
    for flag in view["flags"]:
        yield Text(f"! {flag['text']}", _STYLES["met_late"])
    yield Text("")


def _clocks(view: View) -> Table | None:
    found = table("Clocks", "clock", "status", "due", "why")
    # Who looks wants to know what is wrong, then what is next, then what is over.
    for clock in sorted(view["clocks"], key=lambda clock: _FIRST.get(clock["status"], len(_FIRST))):
        status = Text(clock["status"], _STYLES.get(clock["status"], Style.null()))
        found.add_row(clock["id"], status, due(clock), why(clock))
    return found if view["clocks"] else None


def due(clock: View) -> str:
    """Return the day or the London time at which a clock is due; a dash where it has none."""
    if clock["due_on"] is not None:
        return f"{clock['due_on']}{' (provisional)' if clock.get('provisional') else ''}"
    return at(clock["due_at"])


def why(clock: View) -> str:
    """Return why a clock is due when it is: rule, trigger, days skipped, source."""
    reason = clock["why"]
    lines = [f"{reason['rule']} [{reason['source']}]", reason["trigger"]]
    if reason["skipped"]:
        lines.append(f"skipped {', '.join(reason['skipped'])}")
    if reason.get("moved_from"):
        lines.append(f"moved from {reason['moved_from']}")
    if clock["settled_at"] is not None:
        by = f" by {clock['settled_by']}" if clock.get("settled_by") else ""
        lines.append(f"settled {at(clock['settled_at'])}{by}")
    return "\n".join(lines)
