"""Name a request by what it says, so that the server drops it when a client sends it again.

A client that never saw the answer cannot know whether its event arrived, so it sends again. Under
the same request id the server keeps one signal, and an update gives the answer that it gave. That
lasts as long as a run; what comes again later is a repeat to the sentence, which changes nothing.
"""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from states.events.reading import content_digest


def request_id(workflow_id: str, kind: str, arguments: Sequence[Any]) -> str:
    """Return the id under which these arguments go to a sentence: codes and a digest.

    Two messages share it only where sentence, kind, event id, organisation and all the rest are
    the same. What has no event id, such as a nudge, is never the same as another: its id is random.
    """
    digest = _digest(kind, arguments)
    return str(uuid4()) if digest is None else f"{workflow_id}/{kind}/{digest}"


def _digest(kind: str, arguments: Sequence[Any]) -> str | None:
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        return None
    data = arguments[0]
    named = isinstance(data.get("event_id"), str) and isinstance(data.get("by"), dict)
    return content_digest(kind, data) if named else None
