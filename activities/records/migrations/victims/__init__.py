"""The steps of the victims' database."""
