"""Run the migrations of this folder on the connection of `migrate`."""

from activities.records.migrate import run_migrations
from activities.records.schema import VICTIMS

run_migrations(VICTIMS)
