"""Take readable and unsigned messages, as `make run` does: import this before settings are read.

Whoever tests what is off by default says so.
"""

import os

for _name in ("PLAIN_PAYLOADS", "UNSIGNED_SENDERS"):
    os.environ.setdefault(f"SENTENCES_{_name}", "true")
