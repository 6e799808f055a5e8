"""Command line of `starter.py`: one module for each command or group of commands."""
