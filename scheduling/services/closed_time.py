"""The booked visits in time that a closure, or a change of places, would close: told before it is saved.

A country, a region, a team that comes to work somewhere, a holiday that is kept after all, a closure that comes back:
each closes time through rules that `closures.for_people` knows. So the change is made, its closures are read, and it is
rolled back: what is told before is what will be.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from scheduling.directory.models import Closure, Place, StaffMember
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval, merge, subtract
from scheduling.domain.occupancy import Use, occupied, use_of

from . import closures
from .calendar import widened
from .desk import Desk
from .kept import Reads
from .places import ClosureDraft

# As far as the impact of a closure looks.
LOOK_AHEAD = timedelta(days=6 * 62 - 5)
# How far a look at the visits in a new closure reaches; one that lasts longer is told with that.
CLOSURE_AHEAD = timedelta(days=92)
Closed = Mapping[UUID, tuple[Interval, ...]]


@dataclass(frozen=True, slots=True)
class Strands:
    """How many booked visits to come stand in time that a change closes, and on which days of the clinic's zone.

    Not `sure`: rows could not be read. `until` is the last day that was looked at, where it closes more than one time.
    """

    visits: int
    days: tuple[tuple[date, int], ...]
    sure: bool
    until: date | None


@dataclass(frozen=True, slots=True)
class Meets:
    """How many booked visits to come stand in a closure's time. Not `sure`: rows could not be read.

    `until` is the last day that was looked at, where the closure lasts longer.
    """

    visits: int
    sure: bool
    until: date | None = None


def meets(desk: Desk, draft: ClosureDraft) -> Meets:
    """The booked visits to come in a closure's time, of the people of its place: one call for up to 80 people.

    Raises WelkinError.
    """
    days = (draft.first, draft.last)
    row = Closure(place=draft.place, first=draft.first, last=draft.last, starts=draft.starts, ends=draft.ends)
    begin = max(
        desk.now, min((when.start for when in closures.stretches(row, desk.clinic_zone, days)), default=desk.now)
    )
    reach = Interval(begin, begin + CLOSURE_AHEAD)
    shut = [part for when in closures.stretches(row, desk.clinic_zone, days) if (part := when.clip(reach))]
    people = _people_of(desk, draft.place)
    if not shut or not people:
        return Meets(0, sure=True)
    found = Reads(desk).events(widened(Interval(shut[0].start, shut[-1].end)), people, cancelled=False)
    visits = sum(
        any(use_of(event, person) is Use.VISIT for person in people if event.involves(person))
        and any(occupied(event, desk.clinic_zone).overlaps(part) for part in shut)
        for event in found.rows
    )
    last = reach.end.astimezone(desk.clinic_zone).date()
    return Meets(visits, found.sure, last if draft.last > last else None)


def _people_of(desk: Desk, place: Place | None) -> frozenset[UUID]:
    rows = StaffMember.objects.filter(scope=desk.scope, state__iexact="ACTIVE", has_hours=True)
    rows = rows.filter(teams__place=place) if place else rows
    return frozenset(rows.values_list("welkin_id", flat=True))


def strands(desk: Desk, change: Callable[[], object]) -> Strands:
    """What `change` would close, with the visits that stand there: one call for each stretch and 80 people.

    `change` writes to our own tables alone, and is rolled back. Raises what it raises, and WelkinError.
    """
    window = Interval(desk.now, desk.now + LOOK_AHEAD)
    closed = newly_closed(desk, change, window)
    parts = merge(part for mine in closed.values() for part in mine)
    until = window.end.astimezone(desk.clinic_zone).date() if len(parts) > 1 else None
    days: dict[UUID, date] = {}
    sure = True
    # A year of everybody's visits is slow to read, and closed are a few days of it.
    for asked in merge(widened(part) for part in parts):
        found = desk.client.events.find(asked, participant_ids=closed.keys(), fresh=True)
        sure = sure and found.sure
        days |= {event.id: day for event in found.rows if (day := _day_of(desk, event, closed))}
    return Strands(len(days), tuple(sorted(Counter(days.values()).items())), sure, until)


def _day_of(desk: Desk, event: Event, closed: Closed) -> date | None:
    """The first day on which a visit stands in closed time of one of its people; None where it does not."""
    mine = (part for person in closed if use_of(event, person) is Use.VISIT for part in closed[person])
    met = min((part for part in mine if occupied(event, desk.clinic_zone).overlaps(part)), default=None)
    return max(met.start, event.when.start).astimezone(desk.clinic_zone).date() if met else None


def newly_closed(desk: Desk, change: Callable[[], object], window: Interval) -> Closed:
    """The time in the window that is closed after the change and was not before, by person; none but those who lose."""
    with transaction.atomic():
        before = _closed(desk, window)
        change()
        after = _closed(desk, window)
        transaction.set_rollback(True)
    lost = {person: tuple(subtract(after[person], before.get(person, ()))) for person in after}
    return {person: parts for person, parts in lost.items() if parts}


def _closed(desk: Desk, window: Interval) -> Closed:
    rows = StaffMember.objects.filter(scope=desk.scope, state__iexact="ACTIVE", has_hours=True)
    found = closures.for_people(desk, list(rows.values_list("welkin_id", flat=True)), window)
    told = {person: (closure.when.clip(window) for closure in shut) for person, shut in found.items()}
    return {person: tuple(merge(part for part in parts if part)) for person, parts in told.items()}
