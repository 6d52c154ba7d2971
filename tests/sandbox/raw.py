"""One HTTP exchange on a bare socket: to see how a connection ends, which a library would hide."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

from tests.sandbox.api import SECONDS, Api

DAY = "from=2027-05-04T00:00:00Z&to=2027-05-05T00:00:00Z"


def opened(api: Api) -> socket.socket:
    """A connection to the server."""
    place = urlsplit(api.place.url)
    return socket.create_connection((place.hostname, place.port), timeout=SECONDS)


def say(peer: socket.socket, api: Api, method: str, path: str, body: Any = None) -> None:
    """Sends one request with the caller's token."""
    content = b"" if body is None else json.dumps(body).encode()
    target = urlsplit(api.url(path))
    head = f"{method} {target.path}{'?' + target.query if target.query else ''} HTTP/1.1\r\nHost: {target.netloc}\r\n"
    head += f"Authorization: {api.session.headers['Authorization']}\r\nContent-Type: application/json\r\n"
    peer.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)


def rest(peer: socket.socket) -> tuple[bytes, bool]:
    """All that still comes, and whether it ended with a reset instead of an end."""
    got = b""
    try:
        while part := peer.recv(65536):
            got += part
    except ConnectionResetError:
        return got, True
    return got, False


def whole(peer: socket.socket) -> bytes:
    """One answer in chunks, as the sandbox sends it; the connection stays."""
    got = b""
    while not got.endswith(b"0\r\n\r\n"):
        got += peer.recv(65536)
    return got


def exchange(api: Api, method: str, path: str, body: Any = None) -> tuple[bytes, bool]:
    """The bytes that a request brings, up to the end of the connection, and whether that was a reset."""
    with opened(api) as peer:
        say(peer, api, method, path, body)
        return rest(peer)


def split(got: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower case) and body of an answer."""
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return int(first.split()[1]), headers, body
