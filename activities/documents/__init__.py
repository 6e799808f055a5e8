"""Documents as PDF, made from templates that operators may edit, and stored as first made."""
