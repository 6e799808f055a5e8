"""How a sentence stands: its own row, its clocks and duties, and who manages it."""

from sqlalchemy import Index

from activities.records.schema.apart import MAIN
from activities.records.schema.columns import data, day, flag, instant, number, of_sentence, text

sentences = of_sentence(
    MAIN,
    "sentences",
    "One row a sentence, under an empty key: how it stands as a whole.",
    text("type", "Type of sentence."),
    text("state"),
    text("phase"),
    text("outcome", "Null while it runs."),
    day("ended_on"),
    text("edition", "Edition of the standards that it lives by."),
    text("calendar", "Calendar of working days that it lives by."),
    day("sentenced_on"),
    day("ends_on"),
    day("licence_ends_on"),
    day("pss_ends_on"),
    day("expected_release_on"),
    day("released_on"),
    flag("recalled_before"),
    flag("at_large"),
    text("provider", "NPS or CRC."),
    text("provider_code"),
    text("officer", "Who manages the case."),
    text("rosh", "Risk of serious harm."),
    instant("inducted_at"),
    text("plan_version"),
    number("counted_failures", "Unacceptable failures that count now."),
    data("flags", "Codes of what is to be looked at."),
    text("imposed_by", "The event that imposed it."),
    number("length_days"),
    text("court"),
    day("live_from", "Day from which it is recorded here."),
    flag("electronic_only"),
    text("moved_to", "CRN and number under which it goes on."),
    Index(None, "crn"),
    Index(None, "state"),
    Index(None, "provider_code"),
    Index(None, "officer"),
)

clocks = of_sentence(
    MAIN,
    "clocks",
    "Every timescale that was started, and what became of it.",
    text("id"),
    text("timescale", "Id of its row in the edition."),
    text("title"),
    text("standard", "Paragraph of the standards."),
    text("hardness"),
    text("subject", "What it is about, where there may be several."),
    instant("started_at"),
    instant("due_at", "The moment at which its time is over; null for a counter."),
    day("due_on", "Last day in time."),
    flag("provisional", "Whether its start is not certain yet."),
    text("status", "As of the time of the record, which `heads` has."),
    instant("settled_at"),
    text("settled_by", "The event that settled it."),
    data("why", "Rule, trigger, days left out, source and moves."),
    data("count", "What a counter has counted; null for a clock with a time."),
    # Wide enough to tell how a clock stands without its row, which holds the whole reason.
    Index(
        "ix_clocks_standing",
        *("timescale", "status", "settled_at", "due_on", "due_at", "started_at"),
        "workflow_id",
    ),
    Index(None, "due_on"),
)

duties = of_sentence(
    MAIN,
    "duties",
    "What has to be done and has no time in any document.",
    text("id"),
    text("duty"),
    text("title"),
    text("standard"),
    text("hardness"),
    text("owner", "Who owes it."),
    text("subject"),
    instant("since"),
    text("status"),
    instant("settled_at"),
    text("settled_by"),
    data("notices", "Keys of the notices that it waits to see acknowledged."),
    data("why"),
    Index(None, "status", "owner"),
)

officers = of_sentence(
    MAIN,
    "officers",
    "Everybody who managed the case, in turn.",
    text("officer"),
    text("provider"),
    text("provider_code"),
    instant("since"),
    flag("temporary"),
    Index(None, "officer"),
)

transitions = of_sentence(
    MAIN,
    "transitions",
    "Every change of state, in turn.",
    instant("at"),
    text("arrow"),
    text("from"),
    text("to"),
    text("cause", "The event; null where a date came."),
    text("phase"),
    flag("irregular"),
)

agencies = of_sentence(
    MAIN,
    "agencies",
    "The multi-agency arrangements that hold the case.",
    text("agency"),
    day("since"),
    number("level"),
    text("reference"),
)

home_moves = of_sentence(
    MAIN,
    "home_moves",
    "Changes of address, without the address.",
    day("moved_on"),
    data("rows", "Rows of the table of address changes that each falls under."),
)

stays = of_sentence(
    MAIN,
    "stays",
    "Stays in approved premises.",
    text("stay_id"),
    day("referred_on"),
    flag("suitable"),
    day("expected_on"),
    day("prepared_on"),
    day("plan_agreed_on"),
    day("admitted_on"),
    day("planned_until"),
    text("key_worker"),
    day("left_on"),
    flag("completed"),
)

reports = of_sentence(
    MAIN,
    "reports",
    "Reports that were asked for.",
    text("report_id"),
    text("kind"),
    day("due_on"),
    day("hearing_on"),
    day("delivered_on"),
)
