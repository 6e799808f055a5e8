"""Run the steps of this folder on the connection that `prepare` gives."""

from activities.records.migrate import run_migrations
from activities.records.schema import VICTIMS

run_migrations(VICTIMS)
