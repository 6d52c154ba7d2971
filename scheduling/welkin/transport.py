"""The bytes on the wire: one adapter whose connections keep a total deadline.

A read timeout bounds the gap between two bytes, not the answer: a server that drips one byte a second holds a call
for hours (dependencies 4.4, fault F03). Here every read of a socket, of headers as of the body, gets only the time
that is left of the whole call. The same holds before: a connect timeout is for each address of a host, and looking
the name up has none at all, so that both get one limit together. The connection also notes when the first byte of a
request left, because from then on a write has an unknown outcome.
"""

import http.client
import io
import ipaddress
import queue
import socket
import threading
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError

from .policy import Deadline

_SOON = 0.001


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


def addresses_of(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name, in the order to try them. Raises socket.gaierror, and TimeoutError after `seconds`.

    The system's own look-up cannot be ended, so it is left behind in a thread that takes nobody's place.
    """
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        found: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, found), daemon=True, name="welkin-name").start()
    try:
        told = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError("the name was not found in time") from None
    if isinstance(told, OSError):
        raise told
    return told


def _look_up(host: str, port: int, found: "queue.SimpleQueue[list[str] | OSError]") -> None:
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as failure:
        found.put(failure if isinstance(failure, OSError) else socket.gaierror(str(type(failure).__name__)))
    else:
        found.put(list(dict.fromkeys(str(row[4][0]) for row in rows)))


class _TimedConnection(HTTPConnection):
    response_class = _TimedResponse

    def _new_conn(self) -> socket.socket:
        """A connection to the first address that takes one, within the time to connect for all of them."""
        name, seconds, exchange = self._dns_host, self.timeout, current.get()
        if exchange is None or not isinstance(seconds, int | float):
            return super()._new_conn()
        limit = Deadline.after(seconds, exchange.deadline.clock)
        try:
            return self._first_of(self._addresses(name, seconds), limit)
        finally:
            self._dns_host, self.timeout = name, seconds

    def _first_of(self, addresses: list[str], limit: Deadline) -> socket.socket:
        """Each address gets an even share of what is left, so that a dead one does not take all; TLS gets the rest."""
        for place, address in enumerate(addresses, 1):
            others = len(addresses) - place
            self._dns_host, self.timeout = address, max(_SOON, limit.remaining() / (others + 1))
            try:
                connected = super()._new_conn()
            except ConnectTimeoutError:  # refused ones are of this kind too
                if not others:
                    raise
            else:
                connected.settimeout(max(_SOON, limit.remaining()))
                return connected
        raise ConnectTimeoutError(self, "the name has no address")

    def _addresses(self, name: str, seconds: float) -> list[str]:
        try:
            return addresses_of(name.strip("[]"), self.port, seconds)
        except socket.gaierror as unknown:
            raise NameResolutionError(name, self, unknown) from None
        except TimeoutError:
            raise ConnectTimeoutError(self, "the name was not found in time") from None

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
