"""Health check of the container: exit with 0 if its worker is ready."""

import os
import sys
import urllib.error
import urllib.request

PORT = os.environ.get("SENTENCES_HTTP_BIND", "127.0.0.1:8086").rpartition(":")[2]


def ready(port: str) -> bool:
    """Return whether `/readyz` on this machine answers with success within three seconds."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=3):
            return True
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if ready(PORT) else 1)
