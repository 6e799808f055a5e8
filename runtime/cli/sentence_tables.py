"""Lay out the view of a sentence for a terminal: where it stands, its clocks and why."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.style import Style
from rich.table import Table
from rich.text import Text

from runtime.cli.console import local_time, make_table
from states.view.sentence import is_decision

SentenceView = dict[str, Any]


def time_text(instant: str | None) -> str:
    """Return an instant as London's time, a dash where there is none."""
    return "-" if instant is None else local_time(datetime.fromisoformat(instant))


def requirements(view: SentenceView) -> Table | None:
    """Return the requirements and conditions, with what has come of each."""
    found = make_table("Requirements and conditions", "id", "kind", "started", "ends", "done")
    for item in view["requirements"]:
        length = " ".join(
            f"{item[name]} {name}" for name in ("hours", "days") if item[name] is not None
        )
        kind = f"{item['kind']} {length}".strip()
        done = item["completed_on"] or "-"
        found.add_row(
            *(item["requirement_id"], kind, item["started_on"] or "-", item["ends_on"] or "-", done)
        )
    return found if view["requirements"] else None


def failures(view: SentenceView) -> Table | None:
    """Return the apparent failures, and which of them count."""
    found = make_table("Failures", "failure", "on", "what", "judged", "counts")
    for item in view["failures"]:
        names = {None: "not yet", True: "acceptable", False: "unacceptable"}
        what = f"{item['what']}{', public protection' if item['public_protection'] else ''}"
        counts = "yes" if item["counts"] else "no"
        judged = names[item["acceptable"]]
        found.add_row(item["failure_id"], item["failed_on"], what, judged, counts)
    return found if view["failures"] else None


def warnings(view: SentenceView) -> Table | None:
    """Return the warnings."""
    found = make_table("Warnings", "warning", "level", "issued", "for", "withdrawn")
    for item in view["warnings"]:
        named, back = ", ".join(item["failure_ids"]), time_text(item["withdrawn_at"])
        found.add_row(item["warning_id"], item["level"], time_text(item["issued_at"]), named, back)
    return found if view["warnings"] else None


def breaches(view: SentenceView) -> Table | None:
    """Return the proceedings for breach."""
    found = make_table("Breaches", "decided", "for", "referred", "received", "hearing", "closed")
    for item in view["breaches"]:
        named, heard = ", ".join(item["failure_ids"]), item["hearing_on"] or "-"
        steps = (
            time_text(item["referred_at"]),
            time_text(item["received_at"]),
            heard,
            time_text(item["closed_at"]),
        )
        found.add_row(time_text(item["decided_at"]), named, *steps)
    return found if view["breaches"] else None


def recalls(view: SentenceView) -> Table | None:
    """Return the recalls from licence."""
    found = make_table(
        "Recalls", "decided", "type", "ground", "received", "returned", "release due"
    )
    for item in view["recalls"]:
        days = (item["returned_on"] or "-", item["release_due_on"] or "-")
        received = time_text(item["received_at"])
        what = (item["recall_type"], item["ground"])
        found.add_row(time_text(item["decided_at"]), *what, received, *days)
    return found if view["recalls"] else None


def duties(view: SentenceView) -> Table | None:
    """Return the duties that are open: they have no deadline, so their age is all that counts."""
    found = make_table("Open duties (no deadline)", "duty", "owner", "open for", "why")
    still = [item for item in view["duties"] if item.get("status", "open") == "open"]
    for item in still:
        age = f"{item['age_days']}d" if "age_days" in item else "-"
        reason = item["why"]["rule"] if "why" in item else item["what"]
        found.add_row(item.get("id", item.get("key")), item["owner"], age, reason)
    return found if still else None


def notices(view: SentenceView) -> Table | None:
    """Return the notices that do not get through for now; what needs a person is a duty."""
    late = view["arrival"]["notices"]["not_getting_through"]
    found = make_table(
        "Notices that do not get through", "notice", "to", "rounds", "error", "next try"
    )
    for item in late:
        tried = (str(item["rounds"]), item["error"], time_text(item["next_try_at"]))
        found.add_row(item["key"], item["recipient"], *tried)
    return found if late else None


def proposals(view: SentenceView) -> Table | None:
    """Return what the tables advise; a person decides."""
    found = make_table("Proposed next (a person decides)", "step", "by", "for", "why")
    for item in view["proposals"]:
        named = ", ".join(item["failure_ids"])
        found.add_row(item["step"], item["by"], named, f"{item['reason']} [{item['row']}]")
    return found if view["proposals"] else None


def unapplied(view: SentenceView) -> Table | None:
    """Return the messages that were not applied, with the reason."""
    total = view["unapplied_total"]
    found = make_table(f"Not applied ({total} open)", "what", "kind", "event", "received", "why")
    for item in view["unapplied"]:
        what = f"{item['disposition']}{', resolved' if item['resolved'] else ''}"
        name = item["event_id"] or item["digest"][:12]
        found.add_row(what, item["kind"], name, time_text(item["at"]), item["reason"])
    return found if view["unapplied"] else None


SECTIONS = (
    requirements,
    failures,
    warnings,
    breaches,
    recalls,
    duties,
    notices,
    proposals,
    unapplied,
)
"""In the order in which they are shown."""


_STYLES = {
    "missed": Style(color="red", bold=True),
    "met_late": Style(color="yellow"),
    "running": Style(color="cyan"),
    "met": Style(color="green"),
}

_FIRST = {"missed": 0, "running": 1, "opened": 2}

View = dict[str, Any]


def render_sentence(view: View) -> Group:
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
    for change in view["transitions"][-1:]:
        came = f"{change['from']} -> {change['to']}"
        yield Text(f"last transition {change['name']}, {came}, {time_text(change['at'])}")
    yield Text(f"edition {view['edition']}, calendar {view['calendar']}")
    for flag in view["flags"]:
        yield Text(f"! {flag['text']}", _STYLES["met_late"])
    yield Text("")


def _clocks(view: View) -> Table | None:
    found = make_table("Clocks", "clock", "status", "due", "why")
    # Who looks wants to know what is wrong, then what is next, then what is over.
    for clock in sorted(view["clocks"], key=lambda clock: _FIRST.get(clock["status"], len(_FIRST))):
        status = Text(clock["status"], _STYLES.get(clock["status"], Style.null()))
        found.add_row(clock["id"], status, due_text(clock), reason_text(clock))
    return found if view["clocks"] else None


def due_text(clock: View) -> str:
    """Return the day or the London time at which a clock is due; a dash where it has none."""
    if clock["due_on"] is not None:
        return f"{clock['due_on']}{' (provisional)' if clock.get('provisional') else ''}"
    return time_text(clock["due_at"])


def reason_text(clock: View) -> str:
    """Return why a clock is due when it is: rule, trigger, days skipped, source."""
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
