"""A sandbox seen through a glass that distorts: answers of chosen reads are changed on their way to the dashboard."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from scheduling.services import connection
from scheduling.welkin import Credentials

Distort = Callable[[Any], Any]
Garble = Callable[..., None]


class QuietHandler(BaseHTTPRequestHandler):
    """Answers with JSON and writes no log."""

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """A test's server says nothing."""


class _Glass(QuietHandler):
    """Passes everything on to the sandbox, and changes the answer to a GET whose path ends as was asked for."""

    def do_GET(self) -> None:
        self._pass_on()

    do_POST = do_PUT = do_PATCH = do_GET  # noqa: N815  the names that the base class looks for

    def _pass_on(self) -> None:
        server: Any = self.server
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers}
        told = requests.request(
            self.command, f"{server.target}{self.path}", data=self.rfile.read(length), headers=headers, timeout=10
        )
        ending, distort, status = server.plan
        if self.command == "GET" and urlsplit(self.path).path.endswith(ending):
            self.answer(status, json.dumps(distort(told.json())).encode())
        else:
            self.answer(told.status_code, told.content)


@pytest.fixture
def garble(credentials: Credentials, monkeypatch: pytest.MonkeyPatch) -> Iterator[Garble]:
    """`garble("/calendar/work-hours", change)`: from now on the answers of that read are `change(body)`.

    `status=403` changes the status too. Desks made and pages asked for afterwards see it; `api` does not.
    """
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Glass)
    server.target = credentials.url
    thread = threading.Thread(target=server.serve_forever)
    thread.start()

    def start(ending: str, distort: Distort = lambda body: body, *, status: int = 200) -> None:
        server.plan = (ending, distort, status)
        through = replace(credentials, url=f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(connection, "credentials", lambda: through)

    yield start
    server.shutdown()
    thread.join()
    server.server_close()
