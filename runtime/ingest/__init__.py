"""Take in what neighbouring systems publish: envelopes, mappings, look-ups, what is parked."""
