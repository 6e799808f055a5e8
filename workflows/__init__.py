"""Workflow of a sentence, and its parts: inbox, case, timers, outbox, record, transfer."""
