"""Settings as in `make run`, which accept plain and unsigned messages; import them first.

Sentences run in the sandbox, which finds what would not replay. A test of the defaults sets them
itself.
"""

import os

for _name in ("PLAIN_PAYLOADS", "UNSIGNED_SENDERS", "WORKFLOW_SANDBOX"):
    os.environ.setdefault(f"SENTENCES_{_name}", "true")
