"""Migrations of the database of the records."""
