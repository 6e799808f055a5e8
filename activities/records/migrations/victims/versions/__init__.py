"""Migrations in their order, one a module."""
