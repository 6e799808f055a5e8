"""Advice: the next lawful steps with their reasons, each table in a module of its own.

Nothing here decides. A person takes a step or leaves it, and a departure says why (inv-human).
"""
