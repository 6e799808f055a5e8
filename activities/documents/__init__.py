"""Documents as PDF, made from templates that ops may edit, and kept as they were first made."""
