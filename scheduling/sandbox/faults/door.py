"""Where every request comes in: it is noted, the rules are asked, and the answer goes out as they want it."""

import uuid
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

from ..changes import watchers
from .actions.ambience import digest, refused, revoked
from .answer import Answer, Environ
from .arrivals import Arrival, arrivals, external_id_of
from .exchange import Exchange, chain
from .journal import Journal
from .lag import lag
from .origin import Origin, coming_from
from .rules import book

OUR_OWN = ("_faults", "_sandbox", "openapi.json", "")
Start = Callable[..., Any]


class Door:
    """The WSGI application of a fault server, around that of the sandbox."""

    def __init__(self, inner: WSGIHandler) -> None:
        self._inner = inner
        watchers[:] = [Journal(), lag]

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        tenant, _, path = str(environ["PATH_INFO"]).strip("/").partition("/")
        if tenant in OUR_OWN:
            return self._inner(environ, start)
        visit = Visit(self._inner, environ, tenant, path)
        with coming_from(visit.origin):
            return visit.serve(start)


class Visit:
    """One request of a tenant."""

    def __init__(self, inner: WSGIHandler, environ: Environ, tenant: str, path: str) -> None:
        self._inner, self._environ, self._tenant = inner, environ, tenant
        self._method = str(environ["REQUEST_METHOD"])
        self._body: bytes | None = None
        self._firings = book.firing(tenant, self._method, path, headers_of(environ)) if book.of(tenant) else []
        self.origin = self._origin()
        self._arrival = self._arrive(path)

    def _origin(self) -> Origin:
        environ = self._environ
        acting = [firing.rule for firing in self._firings if not firing.rule.background]
        return Origin(
            f"{environ.get('REMOTE_ADDR')}:{environ.get('REMOTE_PORT')}",
            environ.get("HTTP_X_REQUEST_ID") or uuid.uuid4().hex,
            self._method,
            acting[0].name if acting else None,
        )

    def _arrive(self, path: str) -> Arrival:
        marker = external_id_of(self._read()) if self._method == "POST" and path.endswith("calendar/events") else None
        return arrivals.add(
            self._tenant,
            method=self._method,
            path=path,
            connection=self.origin.connection,
            request=self.origin.request,
            external_id=marker,
            rules=tuple(firing.rule.name for firing in self._firings),
        )

    def _read(self) -> bytes:
        """The body, which stays readable for the application."""
        if self._body is None:
            self._body = self._environ["wsgi.input"].read()
            self._environ["wsgi.input"] = BytesIO(self._body)
        return self._body

    def serve(self, start: Start) -> Iterable[bytes]:
        """The answer, the usual way or by hand. Raises HungUp where the connection is to end."""
        header = self._environ.get("HTTP_AUTHORIZATION", "")
        if revoked and header and digest(header) in revoked:
            self._end()
            return self._send(refused(), start)
        if not self._firings:
            return self._inner(self._environ, self._noting(start))
        exchange = Exchange(self._inner, self._environ, self._read(), self._tenant)
        try:
            answer = chain(exchange, self._firings)()
        finally:
            self._end()
        if answer.deliver:
            self._arrival.status = answer.status
            answer.deliver(answer)
        return self._send(answer, start)

    def _end(self) -> None:
        for firing in self._firings:
            firing.end()

    def _send(self, answer: Answer, start: Start) -> Iterable[bytes]:
        self._arrival.status = answer.status
        if answer.stream is not None:
            start(answer.line, answer.headers)
            return answer.stream
        start(answer.line, [*answer.headers, ("Content-Length", str(len(answer.body)))])
        return [answer.body]

    def _noting(self, start: Start) -> Start:
        def noted(status: str, *rest: Any) -> Any:
            self._arrival.status = int(status.split()[0])
            return start(status, *rest)

        return noted


def headers_of(environ: Environ) -> dict[str, str]:
    """The headers of a request under lower-case names."""
    found = {name[5:].replace("_", "-").lower(): str(value) for name, value in environ.items() if name[:5] == "HTTP_"}
    return found | {"content-type": str(environ.get("CONTENT_TYPE", ""))}
