"""What pages read, in three ages, so that they are quick and the week stays readable in an outage (reliability 4.2 F).

Fresh, up to 30 s: no call. Up to 5 min: shown at once, and read again in the background. Up to 24 h: shown only where
the API does not answer, with its time and the reason. A change through Daybook makes what is kept of its people old:
it is then read again before it is shown. Nothing that is booked rests on an answer from here (design 6).

Only whole answers are kept: one that is incomplete or partly unreadable is shown as such and forgotten, and one that
cannot be read at all is an error, never an empty calendar.
"""

import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connections
from pydantic import TypeAdapter

from scheduling.directory.models import StaffMember
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.domain.week import Week
from scheduling.domain.work_hours import WorkHours
from scheduling.ledger.models import KeptChange, KeptEvent, KeptRead
from scheduling.welkin import Client, EventSummary
from scheduling.welkin.errors import (
    Forbidden,
    Malformed,
    NotAuthorized,
    NotFound,
    Unavailable,
    Unreachable,
    WelkinError,
)
from scheduling.welkin.values import Listing

from . import keeping
from .desk import Desk, clinic_zone
from .keeping import EVENTS, HOURS, PATIENT, SUMMARY, Kept, Query, mark_of
from .keeping import changed as changed
from .lately import forget_event as forget_event
from .lately import lag, laid_over
from .lately import remember_event as remember_event

log = structlog.get_logger("daybook.kept")

T = TypeVar("T")
Load = Callable[[], T]

FRESH = timedelta(seconds=30)
WHILE_READING = timedelta(minutes=5)
IN_AN_OUTAGE = timedelta(hours=24)
# A process whose clock is ahead may have kept it: not a reason to ask again.
SKEW = timedelta(seconds=30)
CANCELLED = "cancelled"
# What is warmed, around the Monday of the current week.
BEFORE, AHEAD = timedelta(days=2), timedelta(days=16)
MOST_WAITING, MOST_FAILED = 32, 1000


def is_outage(error: WelkinError) -> bool:
    """Whether an older answer may stand in: the API does not answer, or nothing that can be read.

    Not where it says no (a clear answer), and not where one operation is closed to us (403).
    """
    outage = isinstance(error, Unreachable | Unavailable | Malformed | NotAuthorized)
    return outage and not isinstance(error, Forbidden)


@dataclass(frozen=True, slots=True)
class Age:
    """How old a page's reading is. `problem`: why it could not be read now. `pending`: it is being read again."""

    read_at: datetime
    problem: WelkinError | None = None
    pending: bool = False

    @property
    def stale(self) -> bool:
        return self.problem is not None


class Reads:
    """The reads of one page. After the first one that finds the API away, the others do not ask it any more.

    Not for anything that books: those ask the client themselves.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._read_at = desk.now
        self._problem: WelkinError | None = None
        self._pending = False

    @property
    def age(self) -> Age:
        """The age of the oldest answer so far."""
        return Age(self._read_at, self._problem, self._pending)

    def hours(self, people: Collection[UUID], window: Interval) -> Listing[WorkHours]:
        """The work-hours records of these people that meet the window. Raises WelkinError where nothing is kept."""
        asked = frozenset(people)
        query = Query("hours", _times(window), asked, HOURS)
        return self._answer(query, lambda: self._desk.client.hours.find(asked, window), window)

    def events(self, window: Interval, people: Collection[UUID], *, cancelled: bool) -> Listing[Event]:
        """The events of these people in the window, our own latest changes laid over. Raises WelkinError."""
        asked = frozenset(people)
        query = Query("events", (*_times(window), *((CANCELLED,) if cancelled else ())), asked, EVENTS)

        def load() -> Listing[Event]:
            return self._desk.client.events.find(window, participant_ids=asked, include_cancelled=cancelled)

        found = self._answer(query, load, window)
        rows = laid_over(self._desk, found.rows, asked, window, self._read_at, cancelled=cancelled)
        return replace(found, rows=rows)

    def summary(self, people: Collection[UUID], window: Interval) -> Listing[EventSummary]:
        """The API's own summary. Raises WelkinError; an old one stands in only beside other old answers."""
        asked = frozenset(people)
        query = Query("summary", _times(window), asked, SUMMARY)
        return self._answer(query, lambda: self._desk.client.schedules.summary(asked, window), None, alone=False)

    def patient(self, patient_id: UUID, read: Load[Patient]) -> Patient:
        """One patient; `read` asks the API. Raises NotFound, WelkinError."""
        query = Query("patient", (), frozenset([patient_id]), PATIENT)
        try:
            return self._answer(query, read, None)
        except NotFound:
            keeping.drop(self._desk.scope, query)
            raise

    def _answer(self, query: Query[T], load: Load[T], window: Interval | None, *, alone: bool = True) -> T:
        """The answer, of the age that it may have. `alone`: an old one may stand in where only this read fails."""
        desk = self._desk
        if not query.people:
            return load()
        mark = mark_of(desk.scope, query.people)
        kept = keeping.find(desk.scope, query)
        if kept is not None and self._is_fresh(kept, mark):
            return self._told(kept)
        if self._problem is not None:
            return self._instead(query, kept, window, self._problem)
        if kept is not None and self._is_read_again(query, kept, mark, load):
            return self._told(kept)
        try:
            return _read(desk, query, load, mark)
        except WelkinError as problem:
            if not (alone and is_outage(problem)):
                raise
            return self._instead(query, kept, window, problem)

    def _is_fresh(self, kept: Kept[T], mark: str) -> bool:
        return kept.mark == mark and -SKEW <= self._desk.now - kept.read_at <= FRESH

    def _is_read_again(self, query: Query[T], kept: Kept[T], mark: str, load: Load[T]) -> bool:
        """Whether what is kept may be shown while it is read again behind the page."""
        young = kept.mark == mark and -SKEW <= self._desk.now - kept.read_at <= WHILE_READING
        begun = young and BACKGROUND.read_again(self._desk, query, load)
        self._pending = self._pending or begun
        return begun

    def _told(self, kept: Kept[T]) -> T:
        self._read_at = min(self._read_at, kept.read_at)
        return kept.value

    def _instead(self, query: Query[T], kept: Kept[T] | None, window: Interval | None, problem: WelkinError) -> T:
        """An older answer, the newer one of what was kept for this query and for everybody. Raises the problem."""
        known = [each for each in (kept, _warmed(self._desk.scope, query, window)) if each and self._is_young(each)]
        if not known:
            raise problem
        self._problem = problem
        return self._told(max(known, key=lambda each: each.read_at))

    def _is_young(self, kept: Kept[Any]) -> bool:
        return self._desk.now - kept.read_at <= IN_AN_OUTAGE


def _times(window: Interval) -> tuple[str, str]:
    return window.start.isoformat(), window.end.isoformat()


def _whole(value: object) -> bool:
    return not isinstance(value, Listing) or value.sure


def _read(desk: Desk, query: Query[T], load: Load[T], mark: str) -> T:
    """Ask the API, and keep the answer where it is whole. `mark` was taken before."""
    value = load()
    BACKGROUND.succeeded(desk.scope, query)
    if _whole(value):
        keeping.store(desk.scope, query, Kept(value, desk.now, mark))
    return value


class Background:
    """Reads again what was shown, in a few threads of this process: each query once at a time.

    A read that fails is logged, and the query is not shown from what is kept any more until a read succeeds: the next
    page asks itself, and says what is wrong.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._running: set[tuple[str, str]] = set()
        self._failed: set[tuple[str, str]] = set()

    def read_again(self, desk: Desk, query: Query[T], load: Load[T]) -> bool:
        """Begin to read it, unless that is under way. False where the last try failed: nobody may rely on it."""
        own = desk.scope, query.key
        with self._lock:
            if own in self._failed:
                return False
            if own in self._running or len(self._running) >= MOST_WAITING:
                return True
            self._running.add(own)
        self._begin(lambda: self._again(desk, query, load), own)
        return True

    def succeeded(self, scope: str, query: Query[Any]) -> None:
        with self._lock:
            self._failed.discard((scope, query.key))

    def close(self) -> None:
        """End the threads after what they do now."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.shutdown()

    def _note_failed(self, own: tuple[str, str]) -> None:
        with self._lock:
            if len(self._failed) >= MOST_FAILED:
                self._failed.clear()
            self._failed.add(own)

    def _begin(self, work: Callable[[], None], own: tuple[str, str]) -> None:
        if not settings.KEPT_THREADS:
            work()
            return
        with self._lock:
            pool = self._pool = self._pool or ThreadPoolExecutor(settings.KEPT_THREADS, thread_name_prefix="kept")
        pool.submit(work).add_done_callback(lambda done: self._ended(done, own))

    def _again(self, desk: Desk, query: Query[T], load: Load[T]) -> None:
        own = desk.scope, query.key
        try:
            _read(desk, query, load, mark_of(desk.scope, query.people))
        except WelkinError as problem:
            log.warning("kept_not_read_again", kind=query.kind, exception_type=type(problem).__name__)
            self._note_failed(own)
        finally:
            with self._lock:
                self._running.discard(own)
            if settings.KEPT_THREADS:
                connections.close_all()

    def _ended(self, done: "Future[None]", own: tuple[str, str]) -> None:
        """What nobody waits for must not fail in silence."""
        mistake = done.exception()
        if mistake is None:
            return
        log.error("kept_read_broke", exception_type=type(mistake).__name__)
        self._note_failed(own)


BACKGROUND = Background()


# --- For an outage right after start ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Warmed:
    """The calendar of all clinicians for a while, from which the answer to a smaller query can be taken."""

    window: Interval
    people: frozenset[UUID]
    hours: Listing[WorkHours]
    events: Listing[Event]

    def answer(self, query: Query[Any], window: Interval) -> Listing[Any] | None:
        """What the query would have brought; None where it reaches further than what is here."""
        if not (self.window.covers(window) and query.people <= self.people):
            return None
        if query.kind == "hours":
            return replace(self.hours, rows=tuple(row for row in self.hours if row.clinician_id in query.people))
        shown = (event for event in self.events if event.live or CANCELLED in query.words)
        own = (event for event in shown if any(map(event.involves, query.people)))
        return replace(self.events, rows=tuple(event for event in own if event.when.overlaps(window)))


EVERYBODY = Query("everybody", (), frozenset(), TypeAdapter(Warmed))


def warm(client: Client, scope: str, now: datetime) -> int:
    """Keep this week and the next one of all clinicians: two calls for up to 80 of them. How many events there are.

    For a worker to do now and then: a week that nobody has looked at yet is then readable in an outage too. `now` is
    an aware instant. Raises WelkinError, NotConfigured for a clinic without a zone.
    """
    rows = StaffMember.objects.filter(scope=scope, state__iexact="ACTIVE", has_hours=True)
    asked = frozenset(rows.values_list("welkin_id", flat=True))
    if not asked:
        return 0
    monday = Week.containing(now.astimezone(clinic_zone()).date()).interval(clinic_zone()).start
    window = Interval(monday - BEFORE, monday + AHEAD)
    mark = mark_of(scope, asked)
    hours = client.hours.find(asked, window)
    events = client.events.find(window, participant_ids=asked, include_cancelled=True)
    if hours.sure and events.sure:
        keeping.store(scope, EVERYBODY, Kept(Warmed(window, asked, hours, events), now, mark))
    return len(events)


def warmed_at(scope: str) -> datetime | None:
    """When the weeks of everybody were last kept for an outage; None where they were not."""
    return KeptRead.objects.filter(scope=scope, key=EVERYBODY.key).values_list("read_at", flat=True).first()


def _warmed(scope: str, query: Query[T], window: Interval | None) -> Kept[T] | None:
    """What was kept of everybody, for this query."""
    if window is None:
        return None
    kept = keeping.find(scope, EVERYBODY)
    value: Any = kept.value.answer(query, window) if kept else None
    return None if kept is None or value is None else Kept(value, kept.read_at, kept.mark)


def forget(now: datetime) -> int:
    """Delete what is too old to be shown to anybody. How many rows that were."""
    rows, _ = KeptRead.objects.filter(read_at__lt=now - IN_AN_OUTAGE).delete()
    # A remembered visit is laid over the answers that are still kept, the oldest too.
    visits, _ = KeptEvent.objects.filter(changed_at__lt=now - IN_AN_OUTAGE - lag()).delete()
    changes, _ = KeptChange.objects.filter(changed_at__lt=now - IN_AN_OUTAGE).delete()
    return rows + visits + changes
