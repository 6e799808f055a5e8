"""The registry of event handlers is complete."""

from states.events.registry import KINDS
from states.rules import registry


def test_every_kind_of_event_has_exactly_one_handler() -> None:
    """A kind without a handler could not be applied, and a second handler would hide the first."""
    handled = [handler.event.KIND for module in registry.MODULES for handler in module.HANDLERS]

    assert sorted(KINDS) == sorted(handled)
