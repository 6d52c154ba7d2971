"""Reads that answer as of some time ago: every change is remembered, and taken back for the length of one read.

The taking back happens in the database, in a transaction that is rolled back afterwards, so that each read, whichever
it is, sees one state that really was. Changes are remembered while a rule asks for a lag, and forgotten with it.
"""

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from ..caller import Caller
from ..changes import Kind
from ..models import Event, Participant
from .answer import Answer


@dataclass(frozen=True, slots=True)
class Undo:
    """How an event was before a change: None for not there. `at` is monotonic, taken before the change is committed.

    One that was noted for a change which then was rolled back does no harm: it takes back nothing.
    """

    at: float
    event_id: UUID
    event: Event | None
    people: tuple[Participant, ...] = ()

    def apply(self) -> None:
        """Makes the event what it was."""
        if self.event is None:
            Event.objects.filter(id=self.event_id).delete()
            return
        self.event.save()
        Participant.objects.filter(event_id=self.event_id).delete()
        Participant.objects.bulk_create(self.people)


@dataclass
class Lag:
    """The changes of each tenant that a rule asks about. A watcher of `changes`; thread-safe."""

    _kept: dict[str, list[Undo]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, tenant: str) -> None:
        """From now on this tenant's changes are remembered."""
        with self._lock:
            self._kept.setdefault(tenant, [])

    def forget(self, tenant: str) -> None:
        with self._lock:
            self._kept.pop(tenant, None)

    def before(self, event: Event) -> None:
        """Remembers how the event is before it is changed."""
        tenant = event.instance.tenant.name
        if tenant in self._kept:
            before = Event.objects.get(id=event.id)
            people = tuple(event.participants.order_by("position", "id"))
            for row in people:
                row.event = before
            self._remember(tenant, Undo(time.monotonic(), event.id, before, people))

    def after(self, caller: Caller, event: Event, kind: Kind) -> None:
        """Remembers that a new event was not there."""
        if kind is Kind.CREATED and caller.tenant.name in self._kept:
            self._remember(caller.tenant.name, Undo(time.monotonic(), event.id, None))

    def _remember(self, tenant: str, undo: Undo) -> None:
        with self._lock:
            if tenant in self._kept:
                self._kept[tenant].append(undo)

    def since(self, tenant: str, moment: float) -> list[Undo]:
        """What takes back all changes after a (monotonic) moment, the newest first."""
        with self._lock:
            return [undo for undo in reversed(self._kept.get(tenant, [])) if undo.at > moment]


lag = Lag()


@dataclass(frozen=True, slots=True)
class Behind:
    """Reads inside are so many seconds behind; `mattered` is called where that makes a difference."""

    seconds: float
    mattered: Callable[[], None]


behind: ContextVar[Behind | None] = ContextVar("behind", default=None)


def read_behind(tenant: str, read: Callable[[], Answer]) -> Answer:
    """The answer of a read, as of some time ago where `behind` says so.

    A change that is made meanwhile was remembered before it could be seen, so a look afterwards tells of it.
    """
    wanted = behind.get()
    if wanted is None:
        return read()
    moment = time.monotonic() - wanted.seconds
    while True:
        undone = lag.since(tenant, moment)
        answer = _as_before(undone, read) if undone else read()
        if lag.since(tenant, moment) == undone:
            break
    if undone:
        wanted.mattered()
    return answer


def _as_before(undone: list[Undo], read: Callable[[], Answer]) -> Answer:
    with transaction.atomic():
        for undo in undone:
            undo.apply()
        answer = read()
        transaction.set_rollback(True)
    return answer
