"""Settings as in `make run`, which accept plain and unsigned messages; import them first.

A test of the defaults sets them itself.
"""

import os

for _name in ("PLAIN_PAYLOADS", "UNSIGNED_SENDERS"):
    os.environ.setdefault(f"SENTENCES_{_name}", "true")
