"""Migrations of the victims' database."""
