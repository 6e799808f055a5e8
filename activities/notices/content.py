"""What a notice is: what its key stands for, and the name under which receivers tell repeats."""

import json
from hashlib import sha256

from activities.names import Notice


def content_of(notice: Notice) -> str:
    """Return what the key of the notice stands for, for ever: template, recipient, subject, facts.

    Who was meant and where that was on the day is no part of it, nor is what the document said.
    """
    said = (notice.template, notice.recipient, notice.subject, sorted(notice.facts.items()))
    return json.dumps(said, ensure_ascii=False)


def content_digest(notice: Notice) -> str:
    """Return the SHA-256 of `content_of`, in hexadecimal."""
    return sha256(content_of(notice).encode()).hexdigest()


def reference_of(notice: Notice) -> str:
    """Return what names the notice among those of all sentences: 32 hexadecimal digits.

    A key is unique within its sentence alone.
    """
    return sha256(f"{notice.workflow_id}\n{notice.key}".encode()).hexdigest()[:32]
