"""`codec`: a server that opens payloads for Temporal's UI and program, for people who may read."""

import asyncio
import signal
from typing import Annotated

import typer

from runtime.cli.errors import CommandError
from runtime.codec_server.app import CodecServerError, codec_server
from runtime.http.serving import ServingError
from runtime.http.settings import CodecServerSettings, load_codec_server_settings
from runtime.keys import keys_of, signer_of
from runtime.logs import configure_logs
from settings import Settings, load_settings


class CodecServerNotStartedError(CommandError):
    """The codec server does not start as it is set."""


def codec(
    *,
    insecure_loopback: Annotated[
        bool,
        typer.Option(
            "--insecure-loopback", help="Ask nobody who they are; listen on 127.0.0.1 alone."
        ),
    ] = False,
) -> None:
    """Open payloads for Temporal's UI and program until Ctrl-C; the audit is the log.

    Settings are SENTENCES_KEYS_FILE and SENTENCES_CODEC_*; docs/encryption.md tells them.
    """
    settings, terms = load_settings(), load_codec_server_settings()
    configure_logs(settings.log_level)
    try:
        asyncio.run(_serve(settings, terms, insecure_loopback=insecure_loopback))
    except (CodecServerError, ServingError) as error:
        raise CodecServerNotStartedError(str(error)) from error


async def _serve(
    settings: Settings, terms: CodecServerSettings, *, insecure_loopback: bool
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = codec_server(
        keys_of(settings), terms, signer=signer_of(settings), insecure_loopback=insecure_loopback
    )
    async with server as url:
        typer.echo(f"codec server: {url}; in the UI it is the remote codec endpoint")
        await stop.wait()
