"""Seal what `up` starts: a key made once, and a codec server for its UI, on this machine alone."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_hex

from activities.sealing.keys import new_key
from runtime.codec_server.serving import codec_server
from runtime.codec_server.terms import CodecTerms, load_terms
from runtime.ports import Ports, free_ports, is_free
from runtime.sealing import keys_of, local_keys
from runtime.terms import INSECURE_HOST
from settings import Settings, address


def generated_keys(folder: Path) -> Path:
    """Return the file of keys in `folder`; where there is none it is made, for its owner alone."""
    path = local_keys(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{new_key(f'local-{token_hex(4)}')}\n")
    return path


class UiOrigins:
    """Chooses the ports of a server, and lets the pages of its UI ask the codec server."""

    def __init__(self, choose: Callable[[], Ports]) -> None:
        self._choose = choose
        self.origins: list[str] = []

    def choose_ports(self) -> Ports:
        """Return what was chosen; only the UI on those ports may ask from now on."""
        ports = self._choose()
        self.origins[:] = [f"http://{host}:{ports.ui}" for host in (INSECURE_HOST, "localhost")]
        return ports


@asynccontextmanager
async def development_codec(settings: Settings, origins: list[str]) -> AsyncIterator[str | None]:
    """Serve the insecure form while the context lasts; give its address, None without any key.

    Args:
        settings: Where the keys are.
        origins: Pages that may ask, read at each request.
    """
    keys = keys_of(settings)
    if keys is None:
        yield None
        return
    port = address(load_terms().bind).port
    bind = f"{INSECURE_HOST}:{port if port and is_free(port) else free_ports().grpc}"
    server = codec_server(keys, CodecTerms(bind=bind), insecure_loopback=True, origins=origins)
    async with server as url:
        yield url
