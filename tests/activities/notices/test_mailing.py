"""Mail names the case and the matter and says no more, and a word of it is no second header."""

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from activities.notices.mailing import NOTICE_KEY, mail_of
from tests.activities.notices.posting import NOTICE, PAPER, message

SENDER, ADDRESS = "notices@orchestrator.example", "officer@probation.example"


def read(**of: Any) -> Any:
    """The mail as its receiver reads it."""
    return message_from_bytes(mail_of(message(address=ADDRESS, **of), SENDER), policy=default)


def test_the_text_holds_references_alone() -> None:
    """Mail is forwarded and kept by many hands: no fact of the notice stands in it."""
    notice = NOTICE.model_copy(update={"facts": {"due_on": "2026-12-01", "outcome": "recalled"}})
    mail = read(notice=notice)

    assert (SENDER, ADDRESS, "overdue: X320741 1") == (mail["From"], mail["To"], mail["Subject"])
    text = mail.get_content()
    assert ["Notice: overdue", "Sentence: X320741 event 1"] == text.splitlines()[:2]
    assert [] == [fact for fact in ("2026-12-01", "recalled") if fact in mail.as_string()]
    assert "attached" not in text


def test_a_document_is_attached_and_the_text_says_so() -> None:
    """As it was made, under its name."""
    mail = read(document=PAPER)

    (attached,) = mail.iter_attachments()
    assert (PAPER.pdf, PAPER.filename) == (attached.get_content(), attached.get_filename())
    assert "application/pdf" == attached.get_content_type()
    assert "The document is attached." in mail.get_body().get_content()


def test_a_long_key_stays_one_word() -> None:
    """Receivers tell repeats by it; folded it would be encoded beyond reading."""
    key = "overdue/" + "k" * 504
    raw = mail_of(message(NOTICE.model_copy(update={"key": key}), ADDRESS), SENDER)

    assert f"{NOTICE_KEY}: {key}\r\n".encode() in raw
    assert [] == [line for line in raw.split(b"\r\n") if len(line) > 998]


@pytest.mark.parametrize("field", ["template", "crn", "event_number", "key"])
def test_a_word_with_a_line_in_it_makes_no_header(field: str) -> None:
    """Nobody is added to the receivers by what a notice says."""
    notice = NOTICE.model_copy(update={field: "x\r\nBcc: somebody@elsewhere.example"})

    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        mail_of(message(notice, ADDRESS), SENDER)


def test_an_id_is_of_the_senders_own_host() -> None:
    """The same at every attempt, and no answer by machines is asked for."""
    first, again = read(), read()

    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@orchestrator.example>")
    assert "auto-generated" == first["Auto-Submitted"]
