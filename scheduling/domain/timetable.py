"""One clinician's time in one window, made compact once and remembered: what every search over a loaded week shares.

Free = hours - leave - closures - holidays - visits - our own open claims (design 4). What is asked of the visits, of
the hours or of nothing at all is computed when it is asked for, so that a search which finds its answer with the first
clinicians never looks at the rest.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from .event import Event, EventStatus, EventType
from .group import places_left
from .hours import Rota
from .interval import Interval
from .localday import ordinals
from .occupancy import Use, occupied, use_of
from .spans import DAY_SECONDS, EPOCH, Spans, clip, intersect, merge, pack, subtract, total, union, unpack
from .work_hours import WorkHours

# Visits are known this far outside the window, for the buffers of those inside it.
MARGIN = DAY_SECONDS
_end_of = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Closure:
    """Time in which a place is closed to everybody, by its own decision or for a public holiday."""

    when: Interval
    name: str = ""
    holiday: bool = False
    # What it comes from, as the audit trail names it; where two places close alike, they are one closure.
    marks: tuple[str, ...] = field(default=(), compare=False)


class Session(NamedTuple):
    """A group session with room for further patients: its time in seconds, the event, and the places left.

    `away`: this clinician is on leave, or the place is closed, at some moment of it.
    """

    start: int
    end: int
    event: Event
    places: int
    away: bool


# How much an event's words say about the time it takes.
NOTHING, VISIT, LOOK = "nothing", "its own", "look at the event"


@lru_cache(maxsize=1024)
def _kind(type_: str | None, status: str | None, all_day: bool) -> str:
    """Cancelled takes no time, an ordinary visit its own; leave and whole days need a look at the event itself."""
    if (status or "").upper() == EventStatus.CANCELLED:
        return NOTHING
    return LOOK if all_day or (type_ or "").upper() == EventType.LEAVE else VISIT


class Timetable:
    """One clinician's time in `window`, in spans of whole seconds since 1970; times taken are rounded outwards.

    `records` and `events` may hold those of others, which are left out. `zone` is the clinician's. `claims` are our
    own open claims on the clinician. `moving` is a visit that is looked at as if it were not there. Only what lies in
    the window is known; visits and claims up to a day outside it are used for buffers.
    """

    __slots__ = (
        "_claims",
        "_closures",
        "_events",
        "_free",
        "_hours",
        "_load",
        "_opens",
        "_rota",
        "_taken",
        "clinician_id",
        "moving",
        "window",
        "zone",
    )

    def __init__(
        self,
        clinician_id: UUID,
        zone: ZoneInfo,
        window: Interval,
        records: Iterable[WorkHours],
        events: Sequence[Event],
        *,
        closures: Iterable[Closure] = (),
        claims: Iterable[Interval] = (),
        encounter: str | None = None,
        moving: UUID | None = None,
    ) -> None:
        self.clinician_id, self.zone, self.moving = clinician_id, zone, moving
        self.window = window.outer
        own = clinician_id.int
        self._rota = Rota([record for record in records if record.clinician_id.int == own], zone, encounter)
        self._events, self._closures, self._claims = events, tuple(closures), tuple(claims)
        self._hours: array[int] | None = None
        self._taken: dict[Use, array[int]] | None = None
        self._free: tuple[tuple[int, int], array[int]] | None = None
        self._opens: tuple[int, int | None] | None = None
        self._load: int | None = None

    @property
    def hours(self) -> Spans:
        """The time worked on all local days that the window touches."""
        if self._hours is None:
            self._hours = pack(self._worked())
        return unpack(self._hours)

    def _worked(self) -> Spans:
        return self._rota.spans(ordinals(self.window, self.zone))

    def opens(self, at: int) -> int | None:
        """When the clinician is first at work at or after this second; None where not in the window again.

        Costs the hours up to that moment, and nothing of the visits: the bound that a search begins with.
        """
        known = self._opens
        if known is None or known[0] != at:
            known = self._opens = at, self._rota.opens(ordinals(self.window, self.zone), at)
        return known[1]

    @property
    def leave(self) -> Spans:
        """Granted leave of this clinician."""
        return self._take(Use.LEAVE)

    @property
    def pending(self) -> Spans:
        """Leave that waits for an answer; it takes no time yet."""
        return self._take(Use.PENDING_LEAVE)

    @property
    def visits(self) -> Spans:
        """Every other event that takes the clinician's time, also outside the hours."""
        return self._take(Use.VISIT)

    @property
    def closed(self) -> Spans:
        return merge(closure.when.outer for closure in self._closures if not closure.holiday)

    @property
    def holidays(self) -> Spans:
        return merge(closure.when.outer for closure in self._closures if closure.holiday)

    @property
    def claimed(self) -> Spans:
        return merge(claim.outer for claim in self._claims)

    def free(self, before: int = 0, after: int = 0) -> Spans:
        """What is left of the hours for a visit that needs these seconds clear of other visits around it."""
        known = self._free
        if known is not None and known[0] == (before, after):
            return unpack(known[1])
        left = subtract(clip(self._worked(), self.window), self._blocked(before, after))
        self._free = (before, after), pack(left)
        return left

    def _blocked(self, before: int, after: int) -> Spans:
        """All that takes time, sorted: a new visit's start keeps `before` clear after the end of another visit."""
        taken = self._scan()
        blocked = taken[Use.VISIT]
        blocked += self.claimed
        if before or after:
            blocked = [(start - after, end + before) for start, end in blocked]
        blocked += taken.get(Use.LEAVE, ())
        blocked += (closure.when.outer for closure in self._closures)
        blocked.sort()
        return blocked

    def away(self) -> Spans:
        """When nobody can be seen here whatever stands in the calendar: leave, closures, holidays."""
        return union(self.leave, self.closed, self.holidays)

    def _take(self, use: Use) -> Spans:
        if self._taken is None:
            self._taken = {each: pack(merge(spans)) for each, spans in self._scan().items()}
        return unpack(self._taken[use]) if use in self._taken else []

    def _scan(self) -> dict[Use, Spans]:
        """What the events take of this clinician's time, by use, around the window, in their order.

        The engine's innermost loop: an ordinary visit is read right here, and events come in runs of the same words.
        """
        own, moving = self.clinician_id.int, self.moving
        low, high = self.window[0] - MARGIN, self.window[1] + MARGIN
        visits: Spans = []
        taken: dict[Use, Spans] = {Use.VISIT: visits}
        type_ = status = all_day = kind = None
        for event in self._events:
            if event.type != type_ or event.status != status or event.all_day is not all_day:
                type_, status, all_day = event.type, event.status, event.all_day
                kind = _kind(type_, status, all_day)
            if kind is NOTHING or (moving is not None and event.id == moving):
                continue
            host = event.host_id
            if kind is VISIT and ((host is not None and host.int == own) or event.involves(self.clinician_id)):
                when = event.when
                begin, stop = when.start - EPOCH, when.end - EPOCH
                start = begin.days * 86_400 + begin.seconds
                end = stop.days * 86_400 + stop.seconds + (stop.microseconds > 0)
                if start < high and end > low:
                    visits.append((start, end))
            elif kind is LOOK:
                use = use_of(event, self.clinician_id)
                if use:
                    taken.setdefault(use, []).append(occupied(event, self.zone).outer)
        return taken

    def sessions(self, patient_ids: Sequence[UUID]) -> list[Session]:
        """The group sessions of this clinician with room for these patients, who are in none; also past the window."""
        found: list[Session] = []
        away = self.away()
        for event in self._events:
            if event.known_type is not EventType.GROUP_THERAPY or event.id == self.moving:
                continue
            if (
                not event.whole
                or event.known_status is not EventStatus.SCHEDULED
                or use_of(event, self.clinician_id) is not Use.VISIT
            ):
                continue
            places = places_left(event)
            if places is None or places < max(1, len(patient_ids)) or any(map(event.involves, patient_ids)):
                continue
            start, end = occupied(event, self.zone).outer
            found.append(Session(start, end, event, places, meets(away, start, end)))
        return found

    @property
    def load(self) -> int:
        """How much of the hours that are not leave or closed is booked in the whole window, in thousandths."""
        if self._load is None:
            offered = clip(subtract(self.hours, self.away()), self.window)
            booked = intersect(offered, self.visits)
            self._load = total(booked) * 1000 // total(offered) if offered else 0
        return self._load


def meets(spans: Spans, start: int, end: int) -> bool:
    """Whether any of the spans has a part in `[start, end)`."""
    first = bisect_right(spans, start, key=_end_of)
    return first < len(spans) and spans[first][0] < end


def patient_busy(
    patient_ids: Iterable[UUID], events: Iterable[Event], zone: ZoneInfo, *, moving: UUID | None = None
) -> Spans:
    """When any of these patients has a visit, as spans of seconds. `zone` is for all-day visits without their own."""
    ids = tuple(patient_ids)
    return merge(
        occupied(event, zone).outer
        for event in events
        if event.id != moving and any(use_of(event, patient) is Use.VISIT for patient in ids)
    )
