"""E-mail server as a separate process that can be killed: `python -m tests.chaos.mail_server`.

A message is on disk before the sender gets its reply. A dot in a file name marks an unfinished
one.
"""

import asyncio
import os
import sys
from pathlib import Path
from uuid import uuid4

from aiosmtpd.smtp import SMTP, Envelope, Session

from runtime.ports import LOOPBACK


class Mailbox:
    """Handler that stores every message in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Write the message to disk, then accept it."""
        content = envelope.original_content or b""
        name = uuid4().hex
        part = self._folder / f".{name}"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self._folder / name)
        return "250 taken"


async def serve(port: int, folder: Path) -> None:
    """Accept messages until killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Mailbox(folder)), LOOPBACK, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
