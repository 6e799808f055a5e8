"""Interface of a channel, and of the documents and the log that a delivery needs.

A message has the name of a template, codes to fill in, a reference and at most one document: a
folder, an SMTP server, a web hook and a service such as GOV.UK Notify can all carry that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from activities.contracts import NoticeRequest
from activities.records.deliveries import Delivery


class AttachedDocument(Protocol):
    """Document of a notice, as it was first made."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the PDF, in hexadecimal."""

    @property
    def pdf(self) -> bytes:
        """Bytes of the PDF, always the same."""

    @property
    def filename(self) -> str:
        """Name of the file, which has only codes."""


class NoticeRenderer(Protocol):
    """Renderer of the documents of notices."""

    def render(self, notice: NoticeRequest) -> AttachedDocument | None:
        """Return the document of the notice, or None if it has none.

        Raises:
            ApplicationError: Of type `DOCUMENT_FAILED` if its template cannot make it.
        """


class DeliveryLog(Protocol):
    """Log of deliveries, with one entry for each key of a sentence."""

    def find(self, workflow_id: str, key: str) -> Delivery | None:
        """Return the delivery under a key, or None."""

    def enter(self, delivery: Delivery) -> bool:
        """Enter a delivery, unless its key has one; return whether it was entered."""


@dataclass(frozen=True, slots=True)
class NoticeMessage:
    """Notice with its address, its reference and its document."""

    notice: NoticeRequest
    address: str
    """Address in the form of the channel; empty for the folder."""
    reference: str
    """Unique reference, the same at every attempt: receivers detect repeats by it."""
    document: AttachedDocument | None

    @property
    def personalisation(self) -> Mapping[str, str]:
        """Codes and dates to fill into a template of the receiver."""
        notice = self.notice
        return {
            **notice.facts,
            "crn": notice.crn,
            "event_number": notice.event_number,
            "subject": notice.subject,
        }


class Channel(Protocol):
    """Way to deliver messages. A repeated message has the same reference."""

    def send(self, message: NoticeMessage) -> bool:
        """Deliver the message; return whether an earlier delivery of it is known.

        Raises:
            NoticeRefusedError: If the receiver will never accept it as it is.
            NoticeDeferredError: If the receiver said when to try again.
            ChannelUnavailableError: If another attempt may succeed.
        """


def notice_content(notice: NoticeRequest) -> str:
    """Return the content that the key of a notice identifies, as JSON.

    It has template, recipient, subject and facts: not the address of the day, nor the document.
    """
    facts = sorted(notice.facts.items())
    content = [notice.template, notice.recipient, notice.subject, facts]
    return json.dumps(content, ensure_ascii=False)


def content_digest(notice: NoticeRequest) -> str:
    """Return the SHA-256 of `notice_content`, in hexadecimal."""
    return sha256(notice_content(notice).encode()).hexdigest()


def notice_reference(notice: NoticeRequest) -> str:
    """Return the reference of a notice, unique among all sentences: 32 hexadecimal digits.

    A key is unique only within its sentence.
    """
    return sha256(f"{notice.workflow_id}\n{notice.key}".encode()).hexdigest()[:32]
