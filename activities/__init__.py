"""Activities and their adapters: everything that reads files, keys, databases and networks."""
