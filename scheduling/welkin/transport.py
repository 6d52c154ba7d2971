"""The bytes on the wire: one adapter whose connections keep a total deadline.

A read timeout bounds the gap between two bytes, not the answer: a server that drips one byte a second holds a call
for hours (dependencies 4.4, fault F03). Here every read of a socket, of headers as of the body, gets only the time
that is left of the whole call. The connection also notes when the first byte of a request left, because from then
on a write has an unknown outcome.
"""

import http.client
import io
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from .policy import Deadline


@dataclass(slots=True)
class Exchange:
    """The request under way in this thread: until when, and whether any of it has left."""

    deadline: Deadline
    sent: bool = False


current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


class _TimedReader(io.RawIOBase):
    """The socket's own reader, its timeout set anew before each read."""

    def __init__(self, raw: Any, sock: Any, deadline: Deadline) -> None:
        self._raw, self._sock, self._deadline = raw, sock, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        remaining = self._deadline.remaining()
        if remaining <= 0:
            raise TimeoutError("deadline passed")
        self._sock.settimeout(remaining)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        exchange = current.get()
        if exchange is not None:
            self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, exchange.deadline))


class _TimedConnection(HTTPConnection):
    response_class = _TimedResponse

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        exchange = current.get()
        if exchange is not None:
            exchange.sent = True
        super().send(data)


class _TimedTlsConnection(_TimedConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TimedTlsConnection


class TimedAdapter(HTTPAdapter):
    """No retries here (there is one loop, in session.py) and as many connections as there may be calls."""

    def __init__(self, connections: int) -> None:
        super().__init__(pool_connections=2, pool_maxsize=connections, max_retries=0, pool_block=False)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
