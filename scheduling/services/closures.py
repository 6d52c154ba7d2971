"""When a clinician's place is closed: our own closures, and the public holidays of the places of their teams.

Welkin knows neither (design 4), so no call is made for them; three queries at most, for any number of people and
days. Days and times of day are those of the clinic's zone. Somebody whose teams are at two places is away where either
is closed: which of the two they would have been at, nobody knows. A closure without a place is everybody's.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.directory.models import Closure as ClosureRow
from scheduling.directory.models import HolidayException, Team
from scheduling.domain.interval import Interval
from scheduling.domain.timetable import Closure
from scheduling.domain.week import MIDNIGHT, ONE_DAY, clock_reaches, day_borders, days_touched

from . import public_holidays
from .desk import Desk

EVERYWHERE = None


@dataclass(frozen=True, slots=True)
class _Home:
    """A place, as far as its days matter."""

    id: int
    country: str
    subdivision: str


def for_people(desk: Desk, ids: Collection[UUID], window: Interval) -> Mapping[UUID, tuple[Closure, ...]]:
    """What is closed for each of these clinicians and meets the window, by start; each id has its tuple.

    No API call; at most three queries.
    """
    days = days_touched(window, desk.clinic_zone)
    homes = _homes(desk, ids)
    every = {home for mine in homes.values() for home in mine}
    shut = _shut(desk, every, window, days)
    by_home = {home.id: tuple(_holidays(home, days, desk.clinic_zone)) for home in _with_country(every)}
    worked = _worked(by_home, days)
    return {person: _of_person(homes.get(person, frozenset()), shut, by_home, worked) for person in dict.fromkeys(ids)}


def stretches(row: ClosureRow, zone: ZoneInfo, days: tuple[date, date]) -> Iterator[Interval]:
    """The real time of a closure on these days, first and last inclusive, in the clinic's zone.

    Whole days hang together as one stretch; a part of the day is one for each day. Days that the zone skipped are none.
    """
    if row.starts is None or row.ends is None:
        start, end = day_borders(row.first, zone)[0], day_borders(row.last, zone)[1]
        if start < end:
            yield Interval(start, end)
        return
    day, last = max(row.first, days[0]), min(row.last, days[1])
    while day <= last:
        start = clock_reaches(day, row.starts, zone)
        # An end at midnight is the end of the day.
        to = (day + ONE_DAY, MIDNIGHT) if row.ends == MIDNIGHT else (day, row.ends)
        end = clock_reaches(*to, zone)
        if start < end:
            yield Interval(start, end)
        day += ONE_DAY


def _homes(desk: Desk, ids: Collection[UUID]) -> dict[UUID, frozenset[_Home]]:
    """The places of the teams of each person; one query."""
    found: defaultdict[UUID, set[_Home]] = defaultdict(set)
    if ids:
        rows = Team.objects.filter(scope=desk.scope, place__isnull=False, members__welkin_id__in=ids)
        told = rows.order_by().values_list("members__welkin_id", "place_id", "place__country", "place__subdivision")
        for person, number, country, subdivision in told:
            found[person].add(_Home(number, country, subdivision))
    return {person: frozenset(homes) for person, homes in found.items()}


def _with_country(homes: Iterable[_Home]) -> Iterator[_Home]:
    return (home for home in homes if home.country)


def _shut(
    desk: Desk, homes: Collection[_Home], window: Interval, days: tuple[date, date]
) -> dict[int | None, tuple[Closure, ...]]:
    """Our own closures that meet the window, by place; those of every place under `EVERYWHERE`. One query."""
    found: defaultdict[int | None, list[Closure]] = defaultdict(list)
    wanted = {EVERYWHERE, *(home.id for home in homes)}
    for row in ClosureRow.objects.filter(scope=desk.scope, first__lte=days[1], last__gte=days[0]):
        if row.place_id in wanted:
            parts = stretches(row, desk.clinic_zone, days)
            found[row.place_id] += [
                Closure(when, row.name, marks=_marks(row)) for when in parts if when.overlaps(window)
            ]
    return {place: tuple(rows) for place, rows in found.items()}


def _marks(row: ClosureRow) -> tuple[str, ...]:
    """As the audit trail names the closure and the place whose change may bring it to somebody."""
    return (f"closure-{row.pk}", f"place-{row.place_id}") if row.place_id else (f"closure-{row.pk}",)


def _holidays(home: _Home, days: tuple[date, date], zone: ZoneInfo) -> Iterator[tuple[date, Closure]]:
    for year in range(days[0].year, days[1].year + 1):
        for day, name in public_holidays.days_of(home.country, home.subdivision, year).items():
            start, end = day_borders(day, zone)
            if days[0] <= day <= days[1] and start < end:
                marks = (f"place-{home.id}-{day}", f"place-{home.id}")
                yield day, Closure(Interval(start, end), name, holiday=True, marks=marks)


def _worked(by_home: Mapping[int, Collection[tuple[date, Closure]]], days: tuple[date, date]) -> set[tuple[int, date]]:
    """The public holidays on which a place works all the same; no query where there is no holiday."""
    places = [place for place, found in by_home.items() if found]
    if not places:
        return set()
    rows = HolidayException.objects.filter(place_id__in=places, day__range=days)
    return set(rows.values_list("place_id", "day"))


def _of_person(
    homes: frozenset[_Home],
    shut: Mapping[int | None, tuple[Closure, ...]],
    by_home: Mapping[int, Collection[tuple[date, Closure]]],
    worked: Collection[tuple[int, date]],
) -> tuple[Closure, ...]:
    """What two places have in common counts once."""
    found = dict.fromkeys(shut.get(EVERYWHERE, ()))
    for home in homes:
        found |= dict.fromkeys(shut.get(home.id, ()))
        kept = (closure for day, closure in by_home.get(home.id, ()) if (home.id, day) not in worked)
        found |= dict.fromkeys(kept)
    return tuple(sorted(found, key=lambda closure: (closure.when, closure.holiday, closure.name)))
