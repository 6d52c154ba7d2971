"""A server on loopback that behaves as badly as a test wants: it plays one scene for each connection."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

Scene = Callable[[socket.socket], None]

TOKEN = b'{"token": "opaque", "enabled": true}'


def whole(body: bytes, status: str = "200 OK", headers: str = "") -> Scene:
    """A proper answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n".encode()
    return lambda peer: peer.sendall(head + body)


def cut(body: bytes, at: int, status: str = "200 OK") -> Scene:
    """An answer that promises its whole length and ends early."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return lambda peer: peer.sendall(head + body[:at])


def raw(content: bytes) -> Scene:
    return lambda peer: peer.sendall(content)


def hang_up(peer: socket.socket) -> None:
    """Closes without a word, after the request has come."""


def drip(head: bytes) -> Scene:
    """Goes on for ever, a byte at a time, until the other side has had enough."""

    def play(peer: socket.socket) -> None:
        peer.sendall(head)
        while True:
            peer.sendall(b"x")

    return play


@contextmanager
def rude_server(scenes: Sequence[Scene]) -> Iterator[tuple[str, list[bytes]]]:
    """The address, and the first lines of the requests as they came. The scenes are played in turn."""
    requests: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, list(scenes), requests), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=10)


def _serve(listener: socket.socket, scenes: list[Scene], requests: list[bytes]) -> None:
    while scenes:
        try:
            peer, _ = listener.accept()
        except OSError:
            return
        with peer:
            requests.append(read_request(peer))
            try:
                scenes.pop(0)(peer)
            except OSError:
                continue


def read_request(peer: socket.socket) -> bytes:
    """Reads one request with its body; answers its first line."""
    got = b""
    while b"\r\n\r\n" not in got:
        part = peer.recv(65536)
        if not part:
            return got
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += peer.recv(65536)
    return head.split(b"\r\n")[0]
