"""The tables of the victims' database, which is joined to nothing (NS 2015 7)."""

from activities.records.schema.apart import VICTIMS
from activities.records.schema.columns import data, day, flag, of_sentence, text

victim_contacts = of_sentence(
    VICTIMS,
    "victim_contacts",
    "Contact that was offered to a victim, and what came of it.",
    text("victim_ref"),
    text("scheme"),
    day("offered_on"),
    flag("accepted"),
    data("views", "What a view was about, when it was recorded and where its words lie."),
)

victim_events = of_sentence(
    VICTIMS,
    "victim_events",
    "Events about victims as they were received. Rows are added and never changed.",
    text("kind"),
    data("said", "What it said, free text as digests."),
)
