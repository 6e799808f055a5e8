"""The page of every kind of event: fields, the time that counts, who, and where."""

from collections.abc import Iterator

from docs.pages.markdown import code, first_line, page, table
from states.events.envelope import ENVELOPE_FIELDS, Event
from states.events.registry import KINDS
from states.rules.handler import Nature
from states.rules.registry import HANDLERS

COLUMNS = ("kind", "means", "fields", "time that counts", "nature", "allowed in", "from")


def events_page() -> str:
    """Return the page of every kind of event, one row each."""
    return page(
        "# Events",
        "",
        "One signal a kind, one JSON object each. Every event has the envelope: `event_id`,",
        "`occurred_at` (RFC 3339 with offset), `by` (`id`, `role`, `organisation`) and, where",
        "it corrects another, `replaces`. A `?` marks a field that may be left out.",
        "",
        "`occurred_at` is when the act happened, and it orders. Clocks are started and settled",
        "by the time in the fourth column. A fact is applied in any state and marked irregular",
        "where the graph did not expect it; a decision is refused outside the states listed.",
        "",
        *table(COLUMNS, _kinds()),
        "",
        "`nudge` has no envelope: it wakes a sentence and changes nothing.",
    )


def _kinds() -> Iterator[tuple[str, ...]]:
    for kind, model in KINDS.items():
        rule = HANDLERS[kind]
        decided = rule.nature is Nature.DECISION
        yield (
            code(kind),
            first_line(model.__doc__),
            _fields(model),
            code(model.OWN_TIME or "occurred_at"),
            rule.nature.name.lower(),
            ", ".join(state.value for state in rule.states) if decided else "any state",
            ", ".join(sorted(role.value for role in rule.roles)) if rule.roles else "anybody",
        )


def _fields(model: type[Event]) -> str:
    names = (
        f"`{name}`{'' if field.is_required() else '?'}"
        for name, field in model.model_fields.items()
        if name not in ENVELOPE_FIELDS
    )
    return ", ".join(names) or "none"
