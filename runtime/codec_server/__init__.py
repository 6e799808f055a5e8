"""Open payloads for people who may read them, over HTTP, as Temporal's UI and program ask."""
