"""The tables of `show`: what is on the record of a sentence, one table a sort."""

from datetime import datetime
from typing import Any

from rich.table import Table

from runtime.commands.paper import moment, table

View = dict[str, Any]


def at(instant: str | None) -> str:
    """Return an instant as London's time, a dash where there is none."""
    return "-" if instant is None else moment(datetime.fromisoformat(instant))


def requirements(view: View) -> Table | None:
    """Return the requirements and conditions, with what has come of each."""
    found = table("Requirements and conditions", "id", "kind", "started", "ends", "done")
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


def failures(view: View) -> Table | None:
    """Return the apparent failures, and which of them count."""
    found = table("Failures", "failure", "on", "what", "judged", "counts")
    for item in view["failures"]:
        names = {None: "not yet", True: "acceptable", False: "unacceptable"}
        what = f"{item['what']}{', public protection' if item['public_protection'] else ''}"
        counts = "yes" if item["counts"] else "no"
        judged = names[item["acceptable"]]
        found.add_row(item["failure_id"], item["failed_on"], what, judged, counts)
    return found if view["failures"] else None


def warnings(view: View) -> Table | None:
    """Return the warnings."""
    found = table("Warnings", "warning", "level", "issued", "for", "withdrawn")
    for item in view["warnings"]:
        named, back = ", ".join(item["failure_ids"]), at(item["withdrawn_at"])
        found.add_row(item["warning_id"], item["level"], at(item["issued_at"]), named, back)
    return found if view["warnings"] else None


def breaches(view: View) -> Table | None:
    """Return the proceedings for breach."""
    found = table("Breaches", "decided", "for", "referred", "received", "hearing", "closed")
    for item in view["breaches"]:
        named, heard = ", ".join(item["failure_ids"]), item["hearing_on"] or "-"
        steps = (at(item["referred_at"]), at(item["received_at"]), heard, at(item["closed_at"]))
        found.add_row(at(item["decided_at"]), named, *steps)
    return found if view["breaches"] else None


def recalls(view: View) -> Table | None:
    """Return the recalls from licence."""
    found = table("Recalls", "decided", "type", "ground", "received", "returned", "release due")
    for item in view["recalls"]:
        days = (item["returned_on"] or "-", item["release_due_on"] or "-")
        received = at(item["received_at"])
        what = (item["recall_type"], item["ground"])
        found.add_row(at(item["decided_at"]), *what, received, *days)
    return found if view["recalls"] else None


def duties(view: View) -> Table | None:
    """Return the duties that are open: they have no deadline, so their age is all that counts."""
    found = table("Open duties (no deadline)", "duty", "owner", "open for", "why")
    still = [item for item in view["duties"] if item.get("status", "open") == "open"]
    for item in still:
        age = f"{item['age_days']}d" if "age_days" in item else "-"
        reason = item["why"]["rule"] if "why" in item else item["what"]
        found.add_row(item.get("id", item.get("key")), item["owner"], age, reason)
    return found if still else None


def notices(view: View) -> Table | None:
    """Return the notices that do not get through for now; what needs a person is a duty."""
    late = view["arrival"]["notices"]["not_getting_through"]
    found = table("Notices that do not get through", "notice", "to", "rounds", "error", "next try")
    for item in late:
        tried = (str(item["rounds"]), item["error"], at(item["next_try_at"]))
        found.add_row(item["key"], item["recipient"], *tried)
    return found if late else None


def proposals(view: View) -> Table | None:
    """Return what the tables advise; a person decides."""
    found = table("Proposed next (a person decides)", "step", "by", "for", "why")
    for item in view["proposals"]:
        named = ", ".join(item["failure_ids"])
        found.add_row(item["step"], item["by"], named, f"{item['reason']} [{item['row']}]")
    return found if view["proposals"] else None


def unapplied(view: View) -> Table | None:
    """Return the messages that were not applied, with the reason."""
    total = view["unapplied_total"]
    found = table(f"Not applied ({total} open)", "what", "kind", "event", "received", "why")
    for item in view["unapplied"]:
        what = f"{item['disposition']}{', resolved' if item['resolved'] else ''}"
        name = item["event_id"] or item["digest"][:12]
        found.add_row(what, item["kind"], name, at(item["at"]), item["reason"])
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
