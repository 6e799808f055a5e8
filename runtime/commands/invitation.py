"""What `up` prints once everything runs: where to look, and what to try next."""

import shlex
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from runtime.caseload import Row
from runtime.embedded import EmbeddedServer
from runtime.ports import LOOPBACK, STANDARD
from settings import PROJECT
from states.vocabulary import State
from workflows.identity import workflow_id_of

UNANSWERED: Final = ("X646120", "1")
"""The order of the caseload whose failure waits for a judgement."""

JUDGEMENT: Final = (
    '{"failure_id": "F1", "acceptable": true, "rationale": "Was ill; a note was seen.", '
    '"alternatives_considered": ["A warning."]}'
)


def invitation(server: EmbeddedServer, rows: Sequence[Row], report: str, door: str) -> str:
    """Return the text: the caseload in a line, addresses, and commands that work."""
    crn, number = UNANSWERED
    sentence = f"{crn} --event {number}"
    judged = f"--by N07A021:officer:CRC --at now --event-id judged-1 --data '{JUDGEMENT}'"
    commands = (
        "list --overdue",
        "report",
        f"show {crn} {number}",
        f"documents list {crn} {number}",
        f"submit failure_judged --crn {sentence} {judged}",
    )
    return "\n".join(
        (
            "",
            f"ready: {_counted(rows)}",
            "",
            "Open",
            f"  the report        {report}",
            f"  all sentences     {_listing(server, '')}",
            f"  what is overdue   {_listing(server, 'Overdue > 0')}",
            f"  one sentence      {_ui(server)}/{workflow_id_of(crn, number)}",
            f"  events over HTTP  {door}/kinds",
            "",
            "Try next, in another terminal",
            *(f"  {_program(server)} {command}" for command in commands),
            "",
            "Ctrl-C stops everything.",
        )
    )


def _counted(rows: Sequence[Row]) -> str:
    states = Counter(row.state for row in rows)
    each = [f"{states[state]} {state}" for state in State if states[state]]
    late = sum(1 for row in rows if row.overdue)
    return f"{len(rows)} sentences ({', '.join(each)}), {late} with something overdue"


def _ui(server: EmbeddedServer) -> str:
    return f"{server.ui_url}/namespaces/default/workflows"


def _listing(server: EmbeddedServer, query: str) -> str:
    return f"{_ui(server)}?query={quote(query)}" if query else _ui(server)


def _program(server: EmbeddedServer) -> str:
    python = Path(sys.executable)
    shown = python.relative_to(PROJECT) if python.is_relative_to(PROJECT) else python
    command = f"{shlex.quote(str(shown))} starter.py"
    standard = f"{LOOPBACK}:{STANDARD.grpc}"
    return command if server.address == standard else f"TEMPORAL_ADDRESS={server.address} {command}"
