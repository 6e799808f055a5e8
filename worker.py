"""Run one worker process of the sentences: `python worker.py`.

Settings come from `SENTENCES_*`, the connection from Temporal's own `TEMPORAL_*` and profiles.
SIGTERM and SIGINT drain it. Exit status: 0 drained, 1 it could not work, 2 a bad setting.
"""

import asyncio
import sys

from runtime.logs import configure_logs
from runtime.process import run_worker
from runtime.shutdown import exit_now
from settings import SettingsError, load_settings
from workflows.sentence import SentenceWorkflow


def main() -> int:
    """Work until a signal to stop; return the exit status."""
    try:
        settings = load_settings()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    configure_logs(settings.log_level)
    return asyncio.run(run_worker(settings, [SentenceWorkflow]))


if __name__ == "__main__":
    exit_now(main())
