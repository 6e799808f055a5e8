"""Encryption and signatures: keys, payloads of our own, messages of senders."""
