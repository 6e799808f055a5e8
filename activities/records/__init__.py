"""The case record in SQL: what outlives the workflow of a sentence."""
