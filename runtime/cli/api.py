"""`api`: HTTP API that takes events from senders without a Temporal client or keys."""

from typing import Annotated

import typer
from temporalio.client import Client

from runtime.api.app import api_server
from runtime.api.auth import new_api_key
from runtime.cli.session import stop_event, with_client
from runtime.http.settings import ApiSettings, load_api_settings
from runtime.logs import configure_logs
from settings import Settings, load_settings


def api(
    *,
    insecure_loopback: Annotated[
        bool,
        typer.Option("--insecure-loopback", help="Skip authentication; listen on 127.0.0.1 only."),
    ] = False,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Print a new secret and its digest, then exit.")
    ] = False,
) -> None:
    """Serve the HTTP API, until Ctrl-C.

    docs/api.md describes its responses. Settings: SENTENCES_INTEGRATORS_FILE and SENTENCES_API_*.
    """
    if new_key:
        secret, digest = new_api_key()
        typer.echo(f"for the sender   {secret}\nfor the file     sha256: {digest}")
        return
    settings = load_settings()
    api_settings = load_api_settings()
    configure_logs(settings.log_level)

    async def work(client: Client) -> None:
        await _serve(client, settings, api_settings, insecure_loopback=insecure_loopback)

    with_client(work, logged=True)


async def _serve(
    client: Client, settings: Settings, api_settings: ApiSettings, *, insecure_loopback: bool
) -> None:
    stop = stop_event()
    server = api_server(client, settings, api_settings, insecure_loopback=insecure_loopback)
    async with server as url:
        typer.echo(f"api: {url}")
        await stop.wait()
