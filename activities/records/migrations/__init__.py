"""The steps by which each database came to its tables: one folder a database."""
