"""A notice, its document, and the message in which they go."""

from dataclasses import dataclass
from hashlib import sha256

from activities.contracts import NoticeRequest
from activities.notices.channel import AttachedDocument, NoticeMessage, notice_reference

NOTICE = NoticeRequest(
    key="overdue/enforce-6wd/2026-11-23",
    workflow_id="sentence-X320741-1",
    crn="X320741",
    event_number="1",
    template="overdue",
    recipient="officer",
    subject="enforce-6wd/2026-11-23",
    facts={"due_on": "2026-12-01"},
)


@dataclass(frozen=True, slots=True)
class Made:
    """A document as the records keep it."""

    pdf: bytes
    filename: str = "overdue-X320741-1.pdf"

    @property
    def sha256(self) -> str:
        """Digest of the bytes."""
        return sha256(self.pdf).hexdigest()


PAPER = Made(b"%PDF-1.7\nnot much\n%%EOF\n")


def message(
    notice: NoticeRequest = NOTICE, address: str = "", document: AttachedDocument | None = None
) -> NoticeMessage:
    """Return the message of a notice to an address."""
    return NoticeMessage(notice, address, notice_reference(notice), document)
