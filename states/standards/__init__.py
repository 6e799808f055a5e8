"""Standards."""
