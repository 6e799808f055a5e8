"""Find the messages of a file: one that is spread over many lines, or one a line."""

import json
from collections.abc import Sequence


def messages_of(text: str) -> Sequence[str]:
    """Return the messages of a text, in their order; blank lines are passed over.

    A text that is JSON as a whole is one message.
    """
    # Not splitlines(): a JSON text may hold U+2028, which is no end of a line.
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and _is_json(text):
        return [text]
    return lines


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
