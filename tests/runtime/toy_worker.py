"""The worker's program with the toy in the sentence's place."""

import asyncio

from runtime.logs import configure_logs
from runtime.process import run_worker
from runtime.shutdown import exit_now
from settings import load_settings
from tests.runtime.toy import Toy

if __name__ == "__main__":
    configure_logs()
    exit_now(asyncio.run(run_worker(load_settings(), [Toy])))
