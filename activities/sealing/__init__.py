"""Seal what crosses the wire, open it again, and say who vouches for it."""
