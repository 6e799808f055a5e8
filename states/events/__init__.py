"""The events of the wire contract: one model a kind, and the register that finds it by name."""

from states.events.event import By, Event
from states.events.register import KINDS

__all__ = ["KINDS", "By", "Event"]
