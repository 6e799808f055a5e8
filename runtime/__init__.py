"""Runtime: client, worker, servers, command line, logs and metrics."""
