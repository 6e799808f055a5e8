"""Law by date, beside the standards: what Acts say, by which day, and how well that is known."""
