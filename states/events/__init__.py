"""The events of the wire contract: one model a kind, and the register that finds it by name."""
