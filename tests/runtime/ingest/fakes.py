"""Look-ups that answer from a table, and a server of HTTP that does the same."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from runtime.ingest.outcomes import DeadLetterReason, UnmappableError


class Answers:
    """Answers by the path before its query; what is not there is not known."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said, self.asked = dict(said), list[str]()

    async def get(self, service: str, path: str, since: datetime) -> Mapping[str, Any]:
        """Answer a question; an answer that is an error is raised."""
        del since
        self.asked.append(f"{service}{path}")
        found = self.said.get(f"{service}{path.partition('?')[0]}")
        if found is None:
            raise UnmappableError(DeadLetterReason.NO_SENTENCE, "nothing is known")
        if isinstance(found, Exception):
            raise found
        answer: Mapping[str, Any] = found
        return answer

    def clear_cache(self) -> None:
        """Nothing is kept."""


class Server:
    """The responses of a look-up server by path, and the requests that it received."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.said: dict[str, Any] = {}
        self.status = 200
        self.asked: list[tuple[str, str | None]] = []
        """Path with query, and the authorisation."""

    def services(self, *names: str) -> str:
        """The setting that sends every service here, each below its own name."""
        return " ".join(f"{name}={self.url}/{name}" for name in names)


@contextmanager
def serving() -> Iterator[Server]:
    """Give a server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            known.asked.append((self.path, self.headers.get("Authorization")))
            found = known.said.get(path.removeprefix("/"))
            text = found if isinstance(found, str) else json.dumps(found)
            self.send_response(known.status if found is not None else 404)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Server(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
