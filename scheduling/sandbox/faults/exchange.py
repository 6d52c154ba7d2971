"""One request that a rule acts on: what came in, how it is applied, and how its connection can be used."""

import select
import socket
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from gunicorn import util

from ..instants import now
from .answer import Answer, Environ, ask
from .hanging_up import HungUp, hang_up
from .lag import read_behind
from .rules import Firing

Act = Callable[["Exchange", Callable[[], Answer]], Answer]
"""An action: is given the rest of the way (the actions behind it, then the API) and gives an answer."""

SECOND = 0.05


@dataclass
class Exchange:
    """A request with the rule that acts on it."""

    app: WSGIHandler
    environ: Environ
    body: bytes
    tenant: str
    firing: Firing | None = None
    step: str = ""

    @property
    def connection(self) -> socket.socket:
        found: socket.socket = self.environ["gunicorn.socket"]
        return found

    @property
    def method(self) -> str:
        return str(self.environ["REQUEST_METHOD"])

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.environ["QUERY_STRING"], keep_blank_values=True)

    def did(self) -> None:
        """The action under way has its effect."""
        if self.firing:
            self.firing.did(self.step)

    def failed(self, sentence: str) -> None:
        """The action under way could not have its effect."""
        if self.firing:
            self.firing.rule.fail(sentence)

    def apply(self) -> Answer:
        """The API's own answer; what was asked for is done."""
        return self._asked(self.environ, self.body)

    def read(self, **query: str) -> Answer:
        """The API's answer to the same read with other parameters."""
        words = {**self.query, **{name: [value] for name, value in query.items()}}
        return self._asked({**self.environ, "QUERY_STRING": urlencode(words, doseq=True)}, b"")

    def _asked(self, environ: Environ, body: bytes) -> Answer:
        if self.method != "GET":
            return ask(self.app, environ, body)
        return read_behind(self.tenant, lambda: ask(self.app, environ, body))

    def later(self, seconds: float) -> None:
        """Applies the request so much later, in a thread of the server, whatever becomes of the caller."""
        firing, context = self.firing, copy_context()
        landing = threading.Timer(seconds, lambda: context.run(self._land, firing))
        landing.daemon = True
        if firing:
            firing.rule.await_effect()
        landing.start()

    def _land(self, firing: Firing | None) -> None:
        try:
            answer = self.apply()
        finally:
            connections.close_all()
            if firing:
                firing.rule.effect_landed()
        if firing and answer.status >= 400:
            firing.rule.fail(f"landed late with {answer.status}")

    def wait(self, seconds: float) -> None:
        """Waits so long, or until the caller has gone: nobody is kept waiting for nobody."""
        ends = time.monotonic() + seconds
        while (rest := ends - time.monotonic()) > 0:
            if select.select([self.connection], [], [], rest)[0]:
                if self._has_gone():
                    return
                time.sleep(min(rest, SECOND))  # the next request is waiting in line already

    def _has_gone(self) -> bool:
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def hang_up(self, *, reset: bool) -> HungUp:
        return hang_up(self.connection, reset=reset)

    def head(self, answer: Answer, *, keep: bool = False) -> bytes:
        """The head of an answer as it is written by hand, with the date of the server's clock."""
        lines = [f"HTTP/1.1 {answer.line}", "Server: sandbox", f"Date: {util.http_date(now().timestamp())}"]
        lines += [f"Connection: {'keep-alive' if keep else 'close'}", f"Content-Length: {len(answer.body)}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chain(exchange: Exchange, firings: list[Firing]) -> Callable[[], Answer]:
    """The actions of all these rules one inside the other, the first one outermost, around the API itself."""

    def inside(act: Act, mine: Exchange, rest: Callable[[], Answer]) -> Callable[[], Answer]:
        return lambda: act(mine, rest)

    way = exchange.apply
    for firing in reversed(firings):
        for step in reversed(firing.rule.steps):
            way = inside(step.act, replace(exchange, firing=firing, step=step.name), way)
    return way
