"""The commands of `starter.py`, a module each; `app` registers them in one place."""
