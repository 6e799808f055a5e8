"""`door`: an HTTP service that takes events from senders that cannot seal them."""

import asyncio
import signal
from typing import Annotated

import typer
from temporalio.client import Client

from runtime.api.app import ApiServerError
from runtime.api.app import api_server as opened
from runtime.cli.errors import CommandError
from runtime.cli.session import with_client
from runtime.http.auth import new_api_key
from runtime.http.serving import ServingError
from runtime.http.settings import ApiSettings, load_api_settings
from runtime.logs import configure_logs
from settings import Settings, load_settings


class ApiNotStartedError(CommandError):
    """The door does not open as it is set."""


def api(
    *,
    insecure_loopback: Annotated[
        bool,
        typer.Option(
            "--insecure-loopback", help="Ask nobody who they are; listen on 127.0.0.1 alone."
        ),
    ] = False,
    key: Annotated[
        bool, typer.Option("--new-key", help="Only make a key: print the secret and its digest.")
    ] = False,
) -> None:
    """Take events over HTTP until Ctrl-C; docs/api.md tells what it answers.

    Settings are SENTENCES_INTEGRATORS_FILE and SENTENCES_DOOR_*.
    """
    if key:
        secret, digest = new_api_key()
        typer.echo(f"for the sender   {secret}\nfor the file     sha256: {digest}")
        return
    settings, terms = load_settings(), load_api_settings()
    configure_logs(settings.log_level)

    async def work(client: Client) -> None:
        await _serve(client, settings, terms, insecure_loopback=insecure_loopback)

    try:
        with_client(work)
    except (ApiServerError, ServingError) as error:
        raise ApiNotStartedError(str(error)) from error


async def _serve(
    client: Client, settings: Settings, terms: ApiSettings, *, insecure_loopback: bool
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened(client, settings, terms, insecure_loopback=insecure_loopback) as url:
        typer.echo(f"door: {url}")
        await stop.wait()
