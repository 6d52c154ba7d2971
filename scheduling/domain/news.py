"""What is different in somebody's calendar since they last looked at it: visits, leave and hours that are still ahead.

A look remembers what stood there, of a window of days. Compared is only what both the look and a new reading know: the
days that have come into view since are told where the event itself says that it was changed after the look.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from .event import Event
from .interval import Interval, clip
from .occupancy import Use, leave_state
from .timetable import Closure
from .week import ONE_DAY, day_borders, days_touched


class Kind(StrEnum):
    NEW = "NEW"
    MOVED = "MOVED"
    CANCELLED = "CANCELLED"
    BACK = "BACK"
    GONE = "GONE"
    ANSWERED = "ANSWERED"
    HOURS = "HOURS"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"
    OPEN = "OPEN"


ANSWERED_LEAVE = {Use.LEAVE: Kind.GRANTED, Use.REFUSED_LEAVE: Kind.REFUSED}


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of one event: enough to say what it was when it is there no more.

    `stands`: how a request for leave stands; None for a visit, and in a look from before this was remembered.
    """

    id: UUID
    when: Interval
    live: bool
    leave: bool
    title: str
    patients: tuple[UUID, ...]
    names: tuple[str, ...]
    answers: Mapping[UUID, str]
    changed_at: datetime | None = None
    stands: Use | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody's calendar held at an instant, in a window: their events, their hours, and what was closed.

    `closures`: None in a look from before they were remembered; nothing is told of them then.
    """

    at: datetime
    window: Interval
    events: tuple[Known, ...]
    hours: tuple[Interval, ...]
    closures: tuple[Closure, ...] | None = None


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of one local day before and now."""

    day: date
    was: tuple[Interval, ...]
    now: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is different: an event as it was and is (None: it was not, or is no more), hours, or closing."""

    kind: Kind
    was: Known | None = None
    now: Known | None = None
    days: tuple[DayHours, ...] = ()
    closure: Closure | None = None

    @property
    def event(self) -> Known | None:
        return self.now or self.was


def known_of(event: Event, person: UUID) -> Known:
    """What a look keeps of an event for this person; their own answer is no news to them."""
    return Known(
        id=event.id,
        when=event.when,
        live=event.live,
        leave=event.is_leave,
        title=event.title,
        patients=tuple(row.person_id for row in event.patients),
        names=tuple(row.name for row in event.patients if row.name),
        answers={row.person_id: row.answer for row in event.staff if row.answer and row.person_id != person},
        changed_at=event.updated_at,
        stands=leave_state(event) if event.is_leave else None,
    )


def look_at(
    at: datetime,
    window: Interval,
    events: Iterable[Event],
    hours: Iterable[Interval],
    closures: Iterable[Closure],
    person: UUID,
) -> Look:
    """What this person's calendar holds in the window; leave that others host is none of theirs."""
    own = (event for event in events if event.involves(person) and event.when.overlaps(window))
    mine = (event for event in own if not event.is_leave or event.host_id == person)
    return Look(at, window, tuple(known_of(event, person) for event in mine), clip(hours, window), tuple(closures))


def compare(before: Look, after: Look, zone: ZoneInfo, *, sure: bool) -> tuple[News, ...]:
    """What is different, by start. What was over at the first look is no news.

    `zone` is that of the days of the hours. Not `sure`: rows of the later reading may be missing, so nothing is gone.
    """
    if not before.window.overlaps(after.window):
        return ()
    events = [news for news in _events(before, after, sure=sure) if _matters(news, before.at)]
    events.sort(key=lambda news: news.event.when if news.event else after.window)
    days = tuple(_hours(before, after, zone))
    return (*events, *((News(Kind.HOURS, days=days),) if days else ()), *_closures(before, after))


def _closures(before: Look, after: Look) -> Iterator[News]:
    """What is closed that was not, and the other way round, from now on and as far as both looks reach.

    Another name for the same time is no news.
    """
    shared = before.window.clip(after.window)
    if shared is None or before.closures is None or after.closures is None:
        return
    was, now = (_ahead(closures, shared, after.at) for closures in (before.closures, after.closures))
    for kind, here, there in ((Kind.CLOSED, now, was), (Kind.OPEN, was, now)):
        for when, closure in sorted(here.items()):
            if when not in there:
                yield News(kind, closure=closure)


def _ahead(closures: Iterable[Closure], shared: Interval, at: datetime) -> dict[Interval, Closure]:
    """The closures by the time that both looks know of them."""
    parts = ((closure.when.clip(shared), closure) for closure in closures)
    return {part: closure for part, closure in parts if part and part.end > at}


def _matters(news: News, since: datetime) -> bool:
    return any(each is not None and each.when.end > since for each in (news.was, news.now))


def _events(before: Look, after: Look, *, sure: bool) -> Iterator[News]:
    was = {known.id: known for known in before.events}
    now = {known.id: known for known in after.events}
    for known in after.events:
        old = was.get(known.id)
        kind = _kind(old, known) if old else _appeared(known, before)
        if kind:
            yield News(kind, old, known)
    for known in before.events:
        if sure and known.live and known.id not in now and known.when.overlaps(after.window):
            yield News(Kind.GONE, was=known)


def _kind(old: Known, known: Known) -> Kind | None:
    """The most that can be said of it; a visit that moved is asked about anew, so its answers are no news beside."""
    if known.stands is not old.stands and old.stands and known.stands in ANSWERED_LEAVE:
        return ANSWERED_LEAVE[known.stands]
    if old.live != known.live:
        return Kind.BACK if known.live else Kind.CANCELLED
    if not known.live:
        return None
    if old.when != known.when:
        return Kind.MOVED
    return Kind.ANSWERED if old.answers != known.answers else None


def _appeared(known: Known, before: Look) -> Kind | None:
    """New, where the look would have seen it; beyond the days of the look where it was changed since."""
    seen = known.when.overlaps(before.window)
    changed = known.changed_at is not None and known.changed_at > before.at
    return Kind.NEW if known.live and (seen or changed) else None


def _hours(before: Look, after: Look, zone: ZoneInfo) -> Iterator[DayHours]:
    """The days from that of the later look on whose hours differ, as far as both looks reach."""
    shared = before.window.clip(Interval(max(after.window.start, before.at), after.window.end))
    if shared is None or shared.end <= after.at:
        return
    day, last = days_touched(Interval(max(shared.start, after.at), shared.end), zone)
    while day <= last:
        start, end = day_borders(day, zone)
        inside = Interval(start, end).clip(shared) if start < end else None
        was, now = (_within(look.hours, inside) for look in (before, after))
        if was != now:
            yield DayHours(day, was, now)
        day += ONE_DAY


def _within(hours: Sequence[Interval], inside: Interval | None) -> tuple[Interval, ...]:
    return clip(hours, inside) if inside else ()
