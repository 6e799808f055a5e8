"""What joins the parts: client, worker, server, logs, metrics."""
