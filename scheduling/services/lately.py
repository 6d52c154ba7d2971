"""Our own latest changes, laid over readings: a reading may come from a back end that lags behind (reliability F25).

After each confirmed change the event that the API answered is remembered, sealed. It counts beside every reading that
began before a back end must have caught up; later readings speak for themselves.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError

from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.ledger.models import KeptEvent

from .desk import Desk
from .keeping import EVENT, packed, unpacked

log = structlog.get_logger("daybook.kept")

LEAST = timedelta(minutes=5)


def lag() -> timedelta:
    """No reading that began longer than this after a change lacks it."""
    return max(LEAST, timedelta(seconds=settings.SETTLE_SECONDS))


def remember_event(desk: Desk, event: Event) -> None:
    """Remember a visit as the API answered our change of it. To be called after each confirmed change."""
    people = {row.person_id for row in event.participants} | ({event.host_id} if event.host_id else set())
    told: dict[str, Any] = {
        "people": sorted(map(str, people)),
        "starts_at": event.when.start,
        "ends_at": event.when.end,
        "sealed": packed(EVENT, event),
        "changed_at": desk.now,
    }
    _keep(desk, event.id, told)


def forget_event(desk: Desk, event_id: UUID) -> None:
    """Remember that a visit was deleted: a reading that still shows it lags."""
    told: dict[str, Any] = {"people": [], "starts_at": None, "ends_at": None, "sealed": None, "changed_at": desk.now}
    _keep(desk, event_id, told)


def _keep(desk: Desk, event_id: UUID, told: Mapping[str, Any]) -> None:
    """The change is done by now: a database that does not take this does no harm but to a reading that lags."""
    try:
        KeptEvent.objects.update_or_create(scope=desk.scope, event=event_id, defaults=told)
    except DatabaseError as error:
        log.warning("not_remembered", exception_type=type(error).__name__)


def laid_over(
    desk: Desk,
    found: Iterable[Event],
    people: Collection[UUID],
    window: Interval,
    read_at: datetime,
    *,
    cancelled: bool,
) -> tuple[Event, ...]:
    """The events of a reading of these people and this window, with our own latest changes, in the client's order.

    `read_at` is when the reading began. `cancelled`: whether the reading brings cancelled events too.
    """
    events = {event.id: event for event in found}
    for event_id, event in _lately(desk, set(events), people, window, read_at):
        known = events.get(event_id)
        if event is None:
            if known is not None and known.live:
                del events[event_id]
        elif known is None or _newer(event, known):
            events[event_id] = event
            if not _belongs(event, people, window, cancelled=cancelled):
                del events[event_id]
    return tuple(sorted(events.values(), key=lambda event: (event.when, event.id)))


def _lately(
    desk: Desk, seen: Collection[UUID], people: Collection[UUID], window: Interval, read_at: datetime
) -> Iterator[tuple[UUID, Event | None]]:
    """What was changed since shortly before the reading and concerns it; None for what was deleted."""
    asked = set(map(str, people))
    rows = KeptEvent.objects.filter(scope=desk.scope, changed_at__gt=read_at - lag())
    needed = [
        event_id
        for event_id, whom, starts, ends in rows.values_list("event", "people", "starts_at", "ends_at")
        if event_id in seen
        or (starts and ends and starts < window.end and ends > window.start and not asked.isdisjoint(whom))
    ]
    for row in rows.filter(event__in=needed):
        event = unpacked(EVENT, row.sealed) if row.sealed else None
        if event is not None or not row.sealed:
            yield row.event, event


def _newer(ours: Event, theirs: Event) -> bool:
    """Whether our remembered version is later than the one that was read, by the API's own times."""
    if ours.updated_at is None or theirs.updated_at is None:
        return ours.updated_at is not None
    return ours.updated_at > theirs.updated_at


def _belongs(event: Event, people: Sequence[UUID] | Collection[UUID], window: Interval, *, cancelled: bool) -> bool:
    shown = event.live or cancelled
    return shown and event.when.overlaps(window) and any(event.involves(person) for person in people)
