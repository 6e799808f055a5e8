"""Bring a caseload in from a file: at a pace, past faulty lines, and on from where it stopped."""
