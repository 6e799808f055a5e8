"""Ingestion of other systems' domain events: envelopes, mappings, look-ups and dead letters."""
