"""The page on notices is complete, and its example of a receiver works."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import WebhookVerificationError

from activities.notices import smtp, webhook
from activities.notices.directory import UNREADABLE, ChannelKind, parse_directory
from settings import Settings
from states.recipients import CODES, RECIPIENTS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "notices.md").read_text("utf-8")
SECRET = "whsec_" + "YWxs" * 8
OTHER_SECRET = "whsec_" + "YWxs" * 9


def block(language: str) -> str:
    """Return the first block of code in a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_a_receiver_that_follows_the_page_knows_what_is_ours() -> None:
    """The code runs as it stands there."""
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102 - it is our own page
    body = b'{"key": "a"}'
    now = datetime.now(UTC)
    headers = {
        webhook.WEBHOOK_ID: "id",
        webhook.WEBHOOK_TIMESTAMP: str(int(now.timestamp())),
        webhook.WEBHOOK_SIGNATURE: webhook.webhook_signer(SECRET).sign("id", now, body.decode()),
    }
    accepts = names["accept"]

    assert {"key": "a"} == accepts(SECRET, headers, body)
    for changed in ((OTHER_SECRET, headers, body), (SECRET, headers, body + b" ")):
        with pytest.raises(WebhookVerificationError):
            accepts(*changed)


def test_the_sample_entries_are_entries() -> None:
    """A copy of them is a valid directory."""
    assert ["police", "officer"] == [
        entry.role for entry in parse_directory(block("toml")).recipients
    ]


@pytest.mark.parametrize("words", [RECIPIENTS, CODES, tuple(ChannelKind)])
def test_every_key_of_the_directory_is_on_the_page(words: tuple[str, ...]) -> None:
    """Each is set as code."""
    assert [] == [word for word in words if f"`{word}`" not in PAGE]


def test_every_setting_and_every_error_is_on_the_page() -> None:
    """Those of the channels; other pages cover failures of documents and records."""
    names = [name for name in Settings.model_fields if name.startswith(("smtp", "webhook"))]
    errors = [smtp.DOWN, smtp.BUSY, smtp.UNTRUSTED, smtp.TURNED_AWAY]
    errors += [webhook.DOWN, webhook.BUSY, webhook.NOT_SET, UNREADABLE]
    wanted = [*(f"SENTENCES_{name.upper()}" for name in [*names, "directory_file"]), *errors]
    assert [] == [name for name in wanted if f"`{name}`" not in PAGE]
