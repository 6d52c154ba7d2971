"""Where the write that is under way in this thread came from, for the journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """`connection` is `address:port` of the caller, `request` its X-Request-ID, `rule` the rule that acts, if any."""

    connection: str = ""
    request: str = ""
    method: str = ""
    rule: str | None = None


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current() -> Origin:
    """Where the present write comes from; an empty one outside a request."""
    return _current.get() or Origin()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Everything written inside comes from there."""
    mark = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(mark)
