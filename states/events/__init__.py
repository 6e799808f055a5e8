"""Events of the wire contract: one model a kind, and the registry that finds it by name."""
