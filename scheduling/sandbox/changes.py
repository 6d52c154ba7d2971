"""Who wants to know of writes to events: nobody, unless the sandbox runs as a fault server.

Each watcher is called inside the transaction of the write, so that what it stores is stored with it or not at all.
"""

from enum import StrEnum
from typing import Protocol

from .caller import Caller
from .models import Event


class Kind(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    DELETED = "deleted"


class Watcher(Protocol):
    def before(self, event: Event) -> None:
        """The event is locked and may be changed next."""

    def after(self, caller: Caller, event: Event, kind: Kind) -> None:
        """It was changed so; for a deletion, it is about to go."""


watchers: list[Watcher] = []


def coming(event: Event) -> None:
    """Tells the watchers that this event may change."""
    for watcher in watchers:
        watcher.before(event)


def made(caller: Caller, event: Event, kind: Kind) -> None:
    """Tells the watchers of a change."""
    for watcher in watchers:
        watcher.after(caller, event, kind)
