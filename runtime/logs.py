"""Logs of a process: JSON lines through one handler and one allow-list of fields.

Workflow code writes through `workflows.log`, which the SDK keeps quiet in replay; structlog
itself must not run in the sandbox. What libraries say goes the same way, so that a traceback or
a validation error can carry no personal data out.
"""

import logging
import sys
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from runtime.redaction import allow, constant_event, lift_context, name_error

CORE = "sentences.temporal"
"""Logger to which the Temporal runtime forwards the logs of its core."""

# At INFO they log what history already holds, also in replay, or the URL of every request.
QUIET = ("transitions", "asyncio", "urllib3", "httpx", "httpcore", "uvicorn", "alembic", "botocore")


def configure_logs(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logs of this process to `stream`, standard error by default, as JSON lines.

    A second call replaces the first.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                constant_event,
                structlog.stdlib.ExtraAdder(),
                structlog.stdlib.add_logger_name,
                lift_context,
                *_SHARED,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                allow,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A line that cannot be written would otherwise go to the terminal with all its fields.
    logging.raiseExceptions = False


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger: its events are constants in the past tense, all else are fields."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(f"sentences.{name}")
    return logger


_stamp_utc = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")


def _stamp(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    return _stamp_utc(logger, method, event)


_SHARED: Final[tuple[Processor, ...]] = (structlog.stdlib.add_log_level, _stamp, name_error)

# Once for all: what is written depends on the levels and handlers of the standard library alone.
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        *_SHARED,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=False,
)
