"""Decides: the rules as pure functions, which read no clock, no file and no network."""
