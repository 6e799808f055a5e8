"""Write a notice as mail: its text references alone, its document attached.

Mail is forwarded and kept by many hands, so the text names the case and the matter and says no
more: what there is to say stands in the document, and in the record.
"""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Final

from activities.notices.channel import Message

NOTICE_KEY: Final = "X-Notice-Key"
_WIRE: Final = SMTP.clone(max_line_length=900)
"""A key is one word of up to 512 characters: folded at 78 it would be encoded beyond reading."""


def mail_of(message: Message, sender: str) -> bytes:
    """Return the message as mail: its id and its key are the same at every attempt.

    Raises:
        ValueError: If a header cannot hold what it is to say.
    """
    notice, mail = message.notice, EmailMessage()
    mail["Message-ID"] = f"<{message.reference}@{sender.rpartition('@')[2]}>"
    mail["Date"] = formatdate()
    mail["From"], mail["To"] = sender, message.address
    mail["Subject"] = f"{notice.template}: {notice.crn} {notice.event_number}"
    mail[NOTICE_KEY] = notice.key
    mail["Auto-Submitted"] = "auto-generated"
    attached = "The document is attached." if message.document is not None else ""
    mail.set_content(
        f"Notice: {notice.template}\n"
        f"Sentence: {notice.crn} event {notice.event_number}\n"
        f"About: {notice.subject}\n"
        f"Reference: {message.reference}\n"
        f"{attached}\n"
    )
    if message.document is not None:
        document = message.document
        mail.add_attachment(document.pdf, "application", "pdf", filename=document.filename)
    return mail.as_bytes(policy=_WIRE)
