"""Redaction of logs: only allowed fields with harmless values, such as ids, states and codes."""

import logging
import re
import sys
import traceback
from pathlib import Path

from structlog.typing import EventDict, WrappedLogger

_ABOUT_THE_LINE = frozenset(
    {"event", "level", "logger", "at", "problem", "error", "caused_by", "where"}
)
_ABOUT_TEMPORAL = frozenset(
    {
        "workflow_id",
        "run_id",
        "workflow_type",
        "activity_id",
        "activity_type",
        "attempt",
        "task_queue",
        "namespace",
    }
)
_ABOUT_A_SENTENCE = frozenset(
    {
        "crn",
        "event_number",
        "event_id",
        "kind",
        "kinds",
        "disposition",
        "reason_code",
        "digest",
        "digests",
        "state",
        "phase",
        "edition",
        "editions",
        "calendar",
        "pack",
        "sentence_type",
        "provider",
        "officer",
        "rosh",
        "outcome",
        "timescale",
        "standard",
        "hardness",
        "status",
        "subject",
        "due_on",
        "due_at",
        "closed_at",
        "ended_on",
    }
)
_ABOUT_AN_EFFECT = frozenset(
    {
        "effect",
        "key",
        "template",
        "recipient",
        "already",
        "count",
        "total",
        "applied",
        "held",
        "refused",
        "quarantined",
        "unapplied",
        "overdue",
        "texts",
        "bytes",
        "events",
    }
)
_ABOUT_THE_PROCESS = frozenset(
    {
        "address",
        "port",
        "pid",
        "seconds",
        "signal",
        "exit_code",
        "names",
        "deployment_name",
        "build_id",
        "target",
    }
)
_ABOUT_AN_AUDIT = frozenset({"who", "right", "workflow_ids", "payloads", "not_decrypted"})

ALLOWED = (
    _ABOUT_THE_LINE
    | _ABOUT_TEMPORAL
    | _ABOUT_A_SENTENCE
    | _ABOUT_AN_EFFECT
    | _ABOUT_THE_PROCESS
    | _ABOUT_AN_AUDIT
)
"""Fields that may be logged. Add a field only if it cannot hold personal data."""

PROSE = frozenset({"event", "problem"})
"""Fields that hold our own sentences; they never contain text of integrators."""

WITHHELD = "withheld"
"""Replacement of a value that is not a code."""

_CODE = re.compile(r"[\w.:/@+\[\]-]{0,200}", re.ASCII)
_CONTEXTS = ("fields", "temporal_workflow", "temporal_activity")
_LONGEST_PROSE = 500


def allow(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event with only the allowed fields, their values redacted."""
    return {name: _shown(name, value) for name, value in event.items() if name in ALLOWED}


def name_error(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event with its exception reduced to type, cause and location.

    Messages of exceptions quote what was refused, hence stay out.
    """
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    error = found[1] if isinstance(found, tuple) else found
    if not isinstance(error, BaseException):
        return event
    event["error"] = type(error).__name__
    if error.__cause__ is not None:
        event["caused_by"] = type(error.__cause__).__name__
    if frames := traceback.extract_tb(error.__traceback__):
        event["where"] = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}"
    return event


def constant_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event of a library with the template of its message, without its arguments.

    The arguments of a template are whatever came in; its words are the library's.
    """
    record = event.get("_record")
    if isinstance(record, logging.LogRecord):
        event["event"] = str(record.msg)
        if record.exc_info:
            event["exc_info"] = record.exc_info
    return event


def lift_context(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Return the event with the fields of nested contexts as plain fields, the nearest first."""
    for name in _CONTEXTS:
        details = event.pop(name, None)
        if isinstance(details, dict):
            event["event"] = _without(str(event.get("event", "")), details)
            event.update({key: value for key, value in details.items() if key not in event})
    core = event.pop("temporal_log", None)
    if isinstance(fields := getattr(core, "fields", None), dict):
        event.update({key: value for key, value in fields.items() if key not in event})
        event["target"] = getattr(core, "target", "")
    return event


def _without(text: str, details: dict[str, object]) -> str:
    # The SDK writes ids into its messages, and the caller who starts a workflow chooses its id.
    for value in sorted(filter(None, map(_text, details.values())), key=len, reverse=True):
        text = text.replace(f" {value}", " ?")
    return text


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _shown(name: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(name, one) for one in value]
    text = str(value)
    if name in PROSE:
        return text[:_LONGEST_PROSE]
    return text if _CODE.fullmatch(text) else WITHHELD
