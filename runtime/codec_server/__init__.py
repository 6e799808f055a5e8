"""Codec server: decrypts payloads over HTTP for Temporal's UI and CLI, for authorised people."""
