"""What lies over somebody's hours in a stretch of days: leave, closures and locks. One call for each 62 days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.domain.event import EventType
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, occupied, use_of
from scheduling.domain.timeline import Stretch
from scheduling.domain.week import Week, day_borders, days_touched

from . import calendar, closures, hours_locks
from .desk import Desk
from .hours_locks import Lock
from .work_hours import AROUND, Sheet

# How many weeks a timeline may show.
SPANS = {"month": 4, "quarter": 13, "year": 52}


@dataclass(frozen=True, slots=True)
class Away:
    """Time away, on the days `first` to `last`: leave that was granted or is `pending`, or a closure by its name.

    `when` is the real time of it, in UTC.
    """

    first: date
    last: date
    when: Interval
    pending: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    """Everything over the hours in a stretch. Not `sure`: leave may be missing."""

    stretch: Stretch
    leave: tuple[Away, ...]
    closures: tuple[Away, ...]
    locks: tuple[Lock, ...]
    sure: bool = True


def stretch_of(first: Week, span: str) -> Stretch:
    """The days of as many weeks as the span has, beginning with this week. Raises KeyError for no such span."""
    return Stretch(first.days[0], first.days[0] + timedelta(weeks=SPANS[span], days=-1))


def is_known(sheet: Sheet, stretch: Stretch) -> bool:
    """Whether all records that meet the stretch are on the sheet: these are asked for some years around today."""
    return sheet.today - AROUND < stretch.first and stretch.last < sheet.today + AROUND


def around(desk: Desk, sheet: Sheet, stretch: Stretch) -> Around:
    """Leave, closures and locks of the sheet's clinician on these days. Raises WelkinError."""
    window = Interval(day_borders(stretch.first, sheet.zone)[0], day_borders(stretch.last, sheet.zone)[1])
    person = sheet.clinician.id
    events = desk.client.events.find(calendar.widened(window), participant_ids=[person], type=EventType.LEAVE)
    times = [(use_of(event, person), occupied(event, sheet.zone)) for event in events.rows]
    leave = (
        _away(sheet, when, pending=use is Use.PENDING_LEAVE)
        for use, when in times
        if use in (Use.LEAVE, Use.PENDING_LEAVE)
    )
    shut = closures.for_people(desk, [person], window)[person]
    return Around(
        stretch=stretch,
        leave=_on(stretch, leave),
        closures=_on(stretch, (_away(sheet, closure.when, name=closure.name) for closure in shut)),
        locks=hours_locks.of_person(desk, person, stretch.first, stretch.last),
        sure=events.sure,
    )


def _away(sheet: Sheet, when: Interval, *, pending: bool = False, name: str = "") -> Away:
    first, last = days_touched(when, sheet.zone)
    return Away(first, last, when, pending, name)


def _on(stretch: Stretch, found: Iterable[Away]) -> tuple[Away, ...]:
    met = (away for away in found if stretch.meets(away.first, away.last))
    return tuple(sorted(met, key=lambda away: (away.when.start, away.when.end)))
