"""Where a request comes from: one value for the whole of it, so that no audit line can forget it.

The middleware sets it from what named proxies tell (web/middleware/proxies.py). None means that no browser asked: the
worker, a command.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str | None] = ContextVar("whence", default=None)


@contextmanager
def asked_from(address: str) -> Iterator[None]:
    """Everything inside was asked for from this address."""
    mark = _address.set(address)
    try:
        yield
    finally:
        _address.reset(mark)


def address() -> str | None:
    """The address of the browser; None where none asked."""
    return _address.get()
