"""The two databases, each with tables of its own: nothing joins them."""

from sqlalchemy import MetaData

from activities.records.schema.columns import NAMES

MAIN = MetaData(naming_convention=NAMES)
"""Sentences and all that belongs to them, without victims."""

VICTIMS = MetaData(naming_convention=NAMES)
"""What concerns victims (NS 2015 7): no key of it points into the other database."""
