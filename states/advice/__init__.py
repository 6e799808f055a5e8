"""Advice: the next lawful steps with their reasons, one module for each decision table.

Nothing here decides. A person takes a step or not, and gives reasons for a departure (inv-human).
"""
