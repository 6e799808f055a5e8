"""The Temporal UI shows encrypted payloads to ops with the codec server, and ciphertext without."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.async_api import Page, async_playwright
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.worker import Worker

from activities.crypto.envelope import encrypt_event
from runtime.client import connect
from runtime.codec_server.app import UiOrigins, codec_server
from runtime.dev_server import run_dev_server
from runtime.http.settings import CodecServerSettings
from runtime.ports import free_ports
from tests.activities.crypto.rings import KIND, RING
from tests.runtime.codec.encrypted_toy import MARKER, SealedToy, fail, repeat
from tests.ui.browser import CHROMIUM, FLAGS, LOOKS, PATIENCE_MS

MESSAGE_MARKER = "Cornelia Marker"
ENCRYPTED = re.compile("binary/encrypted|YmluYXJ5L2VuY3J5cHRlZA")
"""Encoding of encrypted payloads, plain or in base64."""

pytestmark = LOOKS


@dataclass(frozen=True)
class EncryptedUiSetup:
    """A browser in front of a finished workflow whose payloads are encrypted."""

    page: Page
    history: str
    codec: AsyncExitStack
    """Closing it stops the codec server."""


async def finished(client: Client) -> str:
    """The id of a workflow that used every kind of payload, received one message, and ended."""
    name, queue = f"sentence-{uuid4().hex}", uuid4().hex
    work = Worker(client, task_queue=queue, workflows=[SealedToy], activities=[repeat, fail])
    async with work:
        handle = await client.start_workflow("SealedToy", MARKER, id=name, task_queue=queue)
        message = encrypt_event(RING, None, name, KIND, {"comment": MESSAGE_MARKER})
        await handle.signal(KIND, RawValue(message))
        await handle.signal("finish")
        await handle.result()
    return name


@pytest.fixture
async def setup(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EncryptedUiSetup]:
    """A server whose UI knows the codec server, a workflow, a browser."""
    pages = UiOrigins(free_ports)
    codec = AsyncExitStack()
    terms = CodecServerSettings(bind="127.0.0.1:0")
    opening = codec_server(RING, terms, insecure_loopback=True, origins=pages.origins)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(codec)
        server = await stack.enter_async_context(
            run_dev_server(
                tmp_path_factory.mktemp("ui"),
                in_memory=True,
                choose_ports=pages.choose_ports,
                options=("--ui-codec-endpoint", await codec.enter_async_context(opening)),
            )
        )
        client = await connect(address=server.address, namespace="default", keys=RING)
        name = await finished(client)
        programs = await stack.enter_async_context(async_playwright())
        browser = await programs.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = await browser.new_page(viewport={"width": 1400, "height": 1600})
        page.set_default_timeout(PATIENCE_MS)
        yield EncryptedUiSetup(page, f"{server.ui_url}/namespaces/default/workflows/{name}", codec)
        await browser.close()


async def text_of(page: Page) -> str:
    """All text of the page and its frames."""
    return "".join([await frame.content() for frame in page.frames])


async def test_ops_read_with_the_codec_server_and_see_ciphertext_without(
    setup: EncryptedUiSetup,
) -> None:
    """Input, result and names of timers; without the codec server no word of them is shown."""
    await setup.page.goto(setup.history)
    for text in (" ".join([MARKER] * 4), f"timer of {MARKER}"):
        await setup.page.get_by_text(text).first.wait_for()

    await setup.codec.aclose()
    await setup.page.goto(setup.history)
    await setup.page.get_by_text(ENCRYPTED).first.wait_for()
    shown = await text_of(setup.page)
    assert [] == [word for word in (MARKER, MESSAGE_MARKER) if word in shown]
