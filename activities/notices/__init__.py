"""Delivery of notices: directory, documents, channels, and the log of deliveries."""
