"""HTTP API for senders that cannot encrypt: events are checked, encrypted here and forwarded."""
