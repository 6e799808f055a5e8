"""Tables of a sentence: its view laid out for a terminal."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from runtime.cli.console import local_time, make_table
from states.view.clocks import status_word
from states.view.sentence import is_decision

SentenceView = dict[str, Any]
_Item = dict[str, Any]
_Column = Callable[[_Item], str]

_STYLES: Final = {
    "missed": Style(color="red", bold=True),
    "met_late": Style(color="yellow"),
    "running": Style(color="cyan"),
    "met": Style(color="green"),
}

_STATUS_ORDER: Final = {"missed": 0, "running": 1, "opened": 2}
"""Missed clocks come first, then running ones, then opened windows; other statuses last."""

_JUDGEMENTS: Final = {None: "not yet", True: "acceptable", False: "unacceptable"}


def time_text(instant: str | None) -> str:
    """Return an instant in London time; a dash if there is none."""
    return "-" if instant is None else local_time(datetime.fromisoformat(instant))


def due_text(clock: _Item) -> str:
    """Return the day, or the London time, at which a clock is due; a dash if it has none."""
    if clock["due_on"] is not None:
        return f"{clock['due_on']}{' (provisional)' if clock.get('provisional') else ''}"
    return time_text(clock["due_at"])


def status_text(clock: _Item) -> str:
    """Return the status of a clock as a person reads it."""
    return status_word(clock["status"], clock["settled_at"])


def reason_text(clock: _Item) -> str:
    """Return why a clock is due when it is: rule, source, trigger, days skipped."""
    reason = clock["why"]
    lines = [f"{reason['rule']} [{reason['source']}]", reason["trigger"]]
    if reason["skipped"]:
        lines.append(f"skipped {', '.join(reason['skipped'])}")
    if reason.get("moved_from"):
        lines.append(f"moved from {reason['moved_from']}")
    if clock["settled_at"] is not None:
        by = f" by {clock['settled_by']}" if clock.get("settled_by") else ""
        lines.append(f"settled {time_text(clock['settled_at'])}{by}")
    return "\n".join(lines)


def _text(name: str) -> _Column:
    return lambda item: str(item[name] or "-")


def _time(name: str) -> _Column:
    return lambda item: time_text(item[name])


def _joined(name: str) -> _Column:
    return lambda item: ", ".join(item[name])


def _requirement_kind(item: _Item) -> str:
    lengths = [f"{item[name]} {name}" for name in ("hours", "days") if item[name] is not None]
    return " ".join([item["kind"], *lengths])


def _failure_kind(item: _Item) -> str:
    return f"{item['what']}{', public protection' if item['public_protection'] else ''}"


def _duty_reason(item: _Item) -> str:
    return str(item["why"]["rule"] if "why" in item else item["what"])


def _open_duties(view: SentenceView) -> list[_Item]:
    return [item for item in view["duties"] if item.get("status", "open") == "open"]


@dataclass(frozen=True, slots=True)
class _Section:
    """Table of one kind of item of the view."""

    title: str
    items: Callable[[SentenceView], Sequence[_Item]]
    columns: Mapping[str, _Column]
    """Each column by its heading."""

    def table(self, view: SentenceView) -> Table | None:
        """Return the table; None if the view has no such item."""
        items = self.items(view)
        if not items:
            return None
        table = make_table(self.title.format(**view), *self.columns)
        for item in items:
            table.add_row(*(column(item) for column in self.columns.values()))
        return table


_SECTIONS: Final = (
    _Section(
        "Requirements and conditions",
        lambda view: view["requirements"],
        {
            "id": _text("requirement_id"),
            "kind": _requirement_kind,
            "started": _text("started_on"),
            "ends": _text("ends_on"),
            "done": _text("completed_on"),
        },
    ),
    _Section(
        "Failures",
        lambda view: view["failures"],
        {
            "failure": _text("failure_id"),
            "on": _text("failed_on"),
            "what": _failure_kind,
            "judged": lambda item: _JUDGEMENTS[item["acceptable"]],
            "counts": lambda item: "yes" if item["counts"] else "no",
        },
    ),
    _Section(
        "Warnings",
        lambda view: view["warnings"],
        {
            "warning": _text("warning_id"),
            "level": _text("level"),
            "issued": _time("issued_at"),
            "for": _joined("failure_ids"),
            "withdrawn": _time("withdrawn_at"),
        },
    ),
    _Section(
        "Breaches",
        lambda view: view["breaches"],
        {
            "decided": _time("decided_at"),
            "for": _joined("failure_ids"),
            "referred": _time("referred_at"),
            "received": _time("received_at"),
            "hearing": _text("hearing_on"),
            "closed": _time("closed_at"),
        },
    ),
    _Section(
        "Recalls",
        lambda view: view["recalls"],
        {
            "decided": _time("decided_at"),
            "type": _text("recall_type"),
            "ground": _text("ground"),
            "received": _time("received_at"),
            "returned": _text("returned_on"),
            "release due": _text("release_due_on"),
        },
    ),
    _Section(
        "Open duties (no deadline)",
        _open_duties,
        {
            "duty": lambda item: str(item.get("id", item.get("key"))),
            "owner": _text("owner"),
            "open for": lambda item: f"{item['age_days']}d" if "age_days" in item else "-",
            "why": _duty_reason,
        },
    ),
    _Section(
        "Notices not delivered yet",
        lambda view: view["arrival"]["notices"]["not_getting_through"],
        {
            "notice": _text("key"),
            "to": _text("recipient"),
            "rounds": _text("rounds"),
            "error": _text("error"),
            "next try": _time("next_try_at"),
        },
    ),
    _Section(
        "Proposed next (a person decides)",
        lambda view: view["proposals"],
        {
            "step": _text("step"),
            "by": _text("by"),
            "for": _joined("failure_ids"),
            "why": lambda item: f"{item['reason']} [{item['source']}]",
        },
    ),
    _Section(
        "Not applied ({unapplied_total} open)",
        lambda view: view["unapplied"],
        {
            "what": lambda item: item["disposition"] + (", resolved" if item["resolved"] else ""),
            "kind": _text("kind"),
            "event": lambda item: item["event_id"] or item["digest"][:12],
            "received": _time("at"),
            "why": _text("reason"),
        },
    ),
)
"""Tables of `show`, in their order below the clocks."""


def render_sentence(view: SentenceView) -> Group:
    """Return everything that `show` prints of a view."""
    parts: list[RenderableType] = [headline(view), *_facts(view)]
    tables = [_clocks(view), *(section.table(view) for section in _SECTIONS)]
    parts += [table for table in tables if table is not None]
    decisions = ", ".join(kind for kind in view["allowed"] if is_decision(kind))
    parts.append(Text(f"Decisions allowed now: {decisions or 'none'}; facts are always accepted."))
    return Group(*parts)


def headline(view: SentenceView) -> Text:
    """Return one line: the sentence, its state, its outcome, what it missed."""
    late = Counter(map(status_text, view["clocks"]))
    text = Text(f"{view['crn']} event {view['event_number']}: {view['state']}", "bold")
    if view["outcome"] is not None:
        text.append(f", {view['outcome']} on {view['ended_on']}")
    for word in ("overdue", "missed"):
        if late[word]:
            text.append(f", {late[word]} {word}", _STYLES["missed"])
    return text


def _facts(view: SentenceView) -> Iterator[Text]:
    kind = view["type"] or "not imposed yet"
    dates = f" from {view['sentenced_on']} to {view['ends_on']}" if view["type"] else ""
    yield Text(f"{kind}{dates}, phase {view['phase']}, rosh {view['rosh'] or 'not known yet'}")
    custody = [
        f"{words} {view[name]}"
        for name, words in (
            ("expected_release_on", "release expected"),
            ("released_on", "released"),
            ("licence_ends_on", "licence ends"),
            ("pss_ends_on", "supervision ends"),
        )
        if view[name] is not None
    ]
    if custody:
        yield Text(", ".join(custody))
    code = f" {view['provider_code']}" if view["provider_code"] else ""
    provider = f"{view['provider']}{code}" if view["provider"] else "none yet"
    yield Text(f"provider {provider}, officer {view['officer'] or 'none yet'}")
    yield from _partners(view)
    for change in view["transitions"][-1:]:
        states = f"{change['from']} -> {change['to']}"
        yield Text(f"last transition {change['name']}, {states}, {time_text(change['at'])}")
    pack = f", law pack {view['law_pack']}" if view["law_pack"] else ""
    yield Text(f"edition {view['edition']}, calendar {view['calendar']}{pack}")
    for flag in view["flags"]:
        yield Text(f"! {flag['text']}", _STYLES["met_late"])
    yield Text("")


def _partners(view: SentenceView) -> Iterator[Text]:
    """Yield who else manages the person, and which orders stand beside the sentence."""
    members = [
        f"{item['role'].replace('_', ' ')} {item['member']}"
        for item in view["team"]
        if item["member"] != view["officer"]
    ]
    if members:
        yield Text(f"team {', '.join(members)}")
    arrangements = [
        " ".join(
            [
                item["agency"],
                *(f"{name} {item[name]}" for name in ("level", "category") if item[name]),
                f"since {item['since']}",
            ]
        )
        for item in view["agencies"]
    ]
    if arrangements:
        yield Text(f"also managed by {', '.join(arrangements)}")
    orders = [
        f"{item['kind'].replace('_', ' ')} until {item['until'] or 'an unknown day'}"
        for item in view["civil_orders"]
        if item["ended_on"] is None
    ]
    if orders:
        yield Text(f"civil orders {', '.join(orders)}")


def _clocks(view: SentenceView) -> Table | None:
    if not view["clocks"]:
        return None
    table = make_table("Clocks", "clock", "status", "due", "why")
    last = len(_STATUS_ORDER)
    for clock in sorted(view["clocks"], key=lambda clock: _STATUS_ORDER.get(clock["status"], last)):
        status = Text(status_text(clock), _STYLES.get(clock["status"], Style.null()))
        table.add_row(clock["id"], status, due_text(clock), reason_text(clock))
    return table
