"""The socket the sandbox listens on: opened first, so that a taken port is told before anything else is touched."""

import errno
import socket


class CannotListen(Exception):
    """The address is taken or cannot be had; the text says what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise CannotListen(_sentence(host, port, error)) from None
    listener.listen(128)
    listener.set_inheritable(True)
    return listener


def _sentence(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OverflowError):
        return f"{port} is no port. Choose one from 0 to 65535 with --port."
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return f"Port {port} is in use on {host}. Choose another one with --port."
    return f"Cannot listen on {host}, port {port}: {getattr(error, 'strerror', None) or error}."
