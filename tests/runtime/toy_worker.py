"""The worker's program with the toy in the sentence's place."""

import asyncio

from runtime.leaving import leave
from runtime.logs import configure_logs
from runtime.process import run_worker
from settings import load_settings
from tests.runtime.toy import Toy

if __name__ == "__main__":
    configure_logs()
    leave(asyncio.run(run_worker(load_settings(), [Toy])))
