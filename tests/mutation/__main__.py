"""Run mutants by hand: `python -m tests.mutation --only states/time/due.py --minutes 2`."""

import argparse
import sys

from tests.mutation.report import accepted, report
from tests.mutation.result import SAMPLE, SECONDS, SEED, Orders
from tests.mutation.runner import run


def orders() -> Orders:
    """Return the orders of the command line."""
    parser = argparse.ArgumentParser(description="Try mutants of states/ against its tests.")
    parser.add_argument("--only", nargs="*", default=[], metavar="PATH", help="modules or folders")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--sample", type=int, default=SAMPLE, help="mutants drawn at most")
    parser.add_argument("--minutes", type=float, default=SECONDS / 60, help="the time box")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    return Orders(
        only=tuple(given.only),
        seed=given.seed,
        sample=given.sample,
        seconds=given.minutes * 60,
        workers=given.workers,
    )


if __name__ == "__main__":
    sys.stdout.write(f"{report(run(orders()), accepted())}\n")
