"""Start, settle and move clocks and duties as the edition's data say.

Rule code tells what happened; which rows of the edition that starts or discharges is data. A row
is a timescale, which becomes a clock, or a duty, which is open until it is done and never timed.
"""

from states.rules.clocks.dating import due_again, due_of, redate
from states.rules.clocks.governing import governing, obliging
from states.rules.clocks.occasion import Occasion, told
from states.rules.clocks.settling import (
    about_of,
    discharge,
    drop,
    drop_rows,
    is_open,
    remember,
    row_of,
    said_done,
    settle,
    settle_contact,
    under_way,
)
from states.rules.clocks.starting import clock_id, start

__all__ = [
    "Occasion",
    "about_of",
    "clock_id",
    "discharge",
    "drop",
    "drop_rows",
    "due_again",
    "due_of",
    "governing",
    "is_open",
    "obliging",
    "redate",
    "remember",
    "row_of",
    "said_done",
    "settle",
    "settle_contact",
    "start",
    "told",
    "under_way",
]
