"""Open what came sealed for a sentence, and say who vouches for it."""

from base64 import b64decode, b64encode

from temporalio import activity
from temporalio.api.common.v1 import Payload

from activities.names import OPEN_LETTERS, Enclosed, OpenedLetter, OpenedLetters, OpenLetters
from activities.sealing.letters import Opened, Post
from activities.sealing.verdict import REFUSALS, Verdict


class LetterOpening:
    """Answers what a sentence cannot know by itself: keys, and whose they are.

    As a local activity, its answer is recorded once and is the same in every replay.
    """

    def __init__(self, post: Post) -> None:
        self._post = post

    @activity.defn(name=OPEN_LETTERS)
    def decrypt_messages(self, asked: OpenLetters) -> OpenedLetters:
        """Return each message opened, or why it stays shut."""
        return OpenedLetters(
            letters=[self._open(asked.workflow_id, item) for item in asked.letters]
        )

    def _open(self, workflow_id: str, item: Enclosed) -> OpenedLetter:
        found = self._post.decrypt_message(
            Payload.FromString(b64decode(item.payload)),
            workflow_id=workflow_id,
            kind=item.kind,
            now=item.received_at,
        )
        if not isinstance(found, Opened):
            return OpenedLetter(code=found.code, reason=found.reason, may_open_later=found.may_decrypt_later)
        if not found.authentication.is_allowed:
            return OpenedLetter(code=found.authentication.refusal, reason=REFUSALS[found.authentication.refusal])
        return OpenedLetter(body=b64encode(found.plain).decode(), sender=sender_of(found.authentication))


def sender_of(verdict: Verdict) -> str:
    """Return in one word who vouches for a message, as the record keeps it."""
    parts = (verdict.standing.value, verdict.sender, verdict.key_id)
    return ":".join(part for part in parts if part)
