"""Run the steps of this folder on the connection that `prepare` gives."""

from activities.records.migrating import run_steps
from activities.records.schema import VICTIMS

run_steps(VICTIMS)
