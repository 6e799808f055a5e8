"""What a channel is given and answers, and what delivery needs of records and documents.

A message is a template's name, codes to fill in, a reference and at most one document: what a
folder, a mail server, a web hook and a service such as GOV.UK Notify can all carry.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from activities.contracts import NoticeRequest
from activities.records.deliveries import Delivery


class AttachedDocument(Protocol):
    """A document as it was first made for a notice."""

    @property
    def sha256(self) -> str:
        """Digest of the PDF, in hexadecimal."""

    @property
    def pdf(self) -> bytes:
        """The PDF itself: the same bytes whenever it is asked for."""

    @property
    def filename(self) -> str:
        """What the file is called: codes alone."""


class NoticeRenderer(Protocol):
    """Makes the documents that go with notices."""

    def render(self, notice: NoticeRequest) -> AttachedDocument | None:
        """Return the document of the notice; None where none goes with it.

        Raises:
            ApplicationError: Of type `DOCUMENT_FAULT` where its template cannot make it.
        """


class DeliveryLog(Protocol):
    """The record of what was delivered, one entry for each key of a sentence."""

    def find(self, workflow_id: str, key: str) -> Delivery | None:
        """Return the entry of the key; None where nothing was delivered under it."""

    def enter(self, delivery: Delivery) -> bool:
        """Enter a delivery; an entry that is already there stands."""


@dataclass(frozen=True, slots=True)
class NoticeMessage:
    """One notice on its way to one address."""

    notice: NoticeRequest
    address: str
    """Of the channel's own form; empty for the folder."""
    reference: str
    """The same at every attempt, and of no other notice: receivers tell repeats by it."""
    document: AttachedDocument | None

    @property
    def personalisation(self) -> Mapping[str, str]:
        """Codes and dates to fill into a template that the receiver keeps."""
        notice = self.notice
        return {
            **notice.facts,
            "crn": notice.crn,
            "event_number": notice.event_number,
            "subject": notice.subject,
        }


class Channel(Protocol):
    """A way to deliver messages. One that was sent before is sent again, under its reference."""

    def send(self, message: NoticeMessage) -> bool:
        """Deliver the message; return whether it is known to have been delivered before.

        Raises:
            RefusedError: If the receiver will never take it as it is.
            DeferredError: If the receiver said when to try again.
            UnreachableError: If another attempt may succeed.
        """


def notice_content(notice: NoticeRequest) -> str:
    """Return what the key of the notice stands for, for ever: template, recipient, subject, facts.

    Who was meant and where that was on the day is no part of it, nor is what the document said.
    """
    said = (notice.template, notice.recipient, notice.subject, sorted(notice.facts.items()))
    return json.dumps(said, ensure_ascii=False)


def content_digest(notice: NoticeRequest) -> str:
    """Return the SHA-256 of `content_of`, in hexadecimal."""
    return sha256(notice_content(notice).encode()).hexdigest()


def notice_reference(notice: NoticeRequest) -> str:
    """Return what names the notice among those of all sentences: 32 hexadecimal digits.

    A key is unique within its sentence alone.
    """
    return sha256(f"{notice.workflow_id}\n{notice.key}".encode()).hexdigest()[:32]
