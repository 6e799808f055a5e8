"""`codec`: codec server that decrypts payloads for Temporal's UI and CLI."""

import asyncio
from typing import Annotated

import typer

from runtime.cli.session import stop_event
from runtime.codec_server.app import codec_server
from runtime.http.settings import CodecServerSettings, load_codec_server_settings
from runtime.keys import keys_of, signer_of
from runtime.logs import configure_logs
from settings import Settings, load_settings


def codec(
    *,
    insecure_loopback: Annotated[
        bool,
        typer.Option("--insecure-loopback", help="Skip authentication; listen on 127.0.0.1 only."),
    ] = False,
) -> None:
    """Decrypt payloads for Temporal's UI and CLI, until Ctrl-C.

    The log is the audit trail. Settings: SENTENCES_KEYS_FILE and SENTENCES_CODEC_*; see
    docs/encryption.md.
    """
    settings = load_settings()
    codec_settings = load_codec_server_settings()
    configure_logs(settings.log_level)
    asyncio.run(_serve(settings, codec_settings, insecure_loopback=insecure_loopback))


async def _serve(
    settings: Settings, codec_settings: CodecServerSettings, *, insecure_loopback: bool
) -> None:
    stop = stop_event()
    server = codec_server(
        keys_of(settings),
        codec_settings,
        signer=signer_of(settings),
        insecure_loopback=insecure_loopback,
    )
    async with server as url:
        typer.echo(f"codec server: {url}; set it as the remote codec endpoint in the UI")
        await stop.wait()
