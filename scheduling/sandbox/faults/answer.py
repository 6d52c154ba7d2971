"""An answer of the API as a value, and how one is had from within the server."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from http.client import responses
from io import BytesIO
from typing import Any, NoReturn

from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpResponse

Environ = dict[str, Any]
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """Status, headers (none about the length) and body; `deliver` replaces the usual way onto the wire."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""
    deliver: Callable[["Answer"], NoReturn] | None = None
    stream: Iterable[bytes] | None = None
    """The body where it is too large to be held; `body` is then not used."""

    @property
    def line(self) -> str:
        return f"{self.status} {responses.get(self.status, 'Odd')}"

    def with_header(self, name: str, value: str) -> "Answer":
        kept = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        return replace(self, headers=[*kept, (name, value)])

    def json(self) -> Any:
        """The body as JSON, None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def with_json(self, body: Any) -> "Answer":
        return replace(self, body=json.dumps(body, ensure_ascii=False).encode())


def made(status: int, body: Any = "", headers: Mapping[str, str] | None = None) -> Answer:
    """An answer of our own: a text goes out as it is, anything else as JSON."""
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Answer(status, [*({"Content-Type": "application/json"} | dict(headers or {})).items()], content)


def ask(app: WSGIHandler, environ: Environ, body: bytes) -> Answer:
    """What the application answers to this request, wholly read.

    The signals of a request's begin and end are left out: they would close the connection to the database, which may be
    in the middle of a transaction (see `lag`).
    """
    inside = {**environ, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    inside.pop("HTTP_TRANSFER_ENCODING", None)
    response = app.get_response(WSGIRequest(inside))
    if not isinstance(response, HttpResponse):
        raise TypeError("the API answers in one piece")
    kept = [(name, value) for name, value in response.items() if name.lower() != "content-length"]
    return Answer(response.status_code, kept, response.content)
