"""The cells of one clock change: wall times, days, rows, weeks, hours and the starts of slots, against the walk.

What is tried is a `Subject`, by default Daybook's domain. A wrong one can be put in its place, to see that the same
cells catch it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.hours import Hours, expand
from scheduling.domain.interval import Interval
from scheduling.domain.slots import Clinic, Request, starts
from scheduling.domain.timetable import Timetable
from scheduling.domain.week import (
    ClockChange,
    Row,
    Week,
    clock_change,
    clock_reaches,
    day_borders,
    instants_of,
    rows_of,
    wall,
)
from scheduling.domain.work_hours import DayHours, WorkHours

from .places import Place
from .tzif import FIRST_YEAR, LAST_YEAR, Change, year_start
from .walk import DAY, Span, Walk, day_of, instant_of, midnight, stretches, time_of

ONE_DAY, SHORT = timedelta(days=1), timedelta(minutes=15)
# Any Monday to Sunday.
WEEKDAYS = [date(2024, 1, 1 + n) for n in range(7)]
HOUR, QUARTER = 60, 15
AROUND = 3 * HOUR
LAST_MINUTE = time(23, 59)
SOMEBODY = UUID(int=1)
NOONS = range(year_start(FIRST_YEAR) + 12 * 3600, year_start(LAST_YEAR + 1), 24 * 3600)


def week_interval(day: date, zone: ZoneInfo) -> Interval:
    return Week.containing(day).interval(zone)


def slot_starts(window: Interval, step: timedelta, between: tuple[time, time], zone: ZoneInfo) -> Sequence[int]:
    """Where a visit of a quarter hour may begin for somebody who always works, in seconds since 1970."""
    always = record_of([(midnight(day), midnight(day) + DAY) for day in WEEKDAYS])
    clinic = Clinic([Timetable(SOMEBODY, zone, window, [always], [])], zone=zone)
    (found,) = starts(clinic, Request(window=window, length=SHORT, step=step, between=between))
    return found


class Subject(NamedTuple):
    """The conversions that are tried."""

    wall: Callable[[datetime, ZoneInfo], datetime] = wall
    instants_of: Callable[[date, time, ZoneInfo], Sequence[datetime]] = instants_of
    clock_reaches: Callable[[date, time, ZoneInfo], datetime] = clock_reaches
    day_borders: Callable[[date, ZoneInfo], tuple[datetime, datetime]] = day_borders
    clock_change: Callable[[date, ZoneInfo], ClockChange | None] = clock_change
    rows_of: Callable[[date, ZoneInfo, int], Sequence[Row]] = rows_of
    week_interval: Callable[[date, ZoneInfo], Interval] = week_interval
    expand: Callable[[Sequence[WorkHours], date, date, ZoneInfo], Hours] = expand
    starts: Callable[[Interval, timedelta, tuple[time, time], ZoneInfo], Sequence[int]] = slot_starts


DOMAIN = Subject()


class Cells:
    """How many cells of each kind were compared, and those that differ."""

    def __init__(self) -> None:
        self.checked: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.errors: list[str] = []

    def expect(self, kind: str, where: object, found: object, wanted: object) -> None:
        self.checked[kind] += 1
        if found != wanted:
            self.wrong[kind] += 1
            self.errors.append(f"{kind}: {_plain(where)}: {_plain(found)} instead of {_plain(wanted)}")


def _plain(value: object) -> str:
    """Values and what is in them, as they print rather than as they are made."""
    if isinstance(value, tuple | list):
        return f"({', '.join(_plain(part) for part in value)})"
    return str(value)


class Around:
    """One change of one zone with the walks around it, and the cells that are tried there."""

    def __init__(self, cells: Cells, subject: Subject, place: Place, change: Change) -> None:
        self.cells, self.subject, self.zone, self.change = cells, subject, place.zone, change
        self.name = f"{place} {change}"
        self.at = change.at // 60
        readings = sorted((self.at + change.before // 60, self.at + change.after // 60))
        # The stretch of the wall that is jumped over or shown twice.
        self.low, self.high = readings
        first, last = day_of(self.low - 1) - ONE_DAY, day_of(self.high) + ONE_DAY
        self.days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
        self.clock = place.clock
        self.walk = Walk(place.clock, first, last)

    def try_all(self) -> None:
        self.wall_times()
        self.instants()
        for day in self.days:
            self.day(day)
        for monday in sorted({day - timedelta(days=day.weekday()) for day in self.days[1:-1]}):
            self.week(monday)
        for label, shifts in shifts_around(self.low, self.high, self.days):
            self.hours(label, shifts)
        for step, first, last in ((15, 0, 24), (60, 0, 24), (15, 0, 2), (15, 1, 4), (60, 2, 12), (15, 22, 24)):
            self.starts(step, first * HOUR, last * HOUR)

    def _expect(self, kind: str, where: object, found: object, wanted: object) -> None:
        self.cells.expect(kind, (self.name, where), found, wanted)

    def wall_times(self) -> None:
        """Every quarter hour of the wall around the change, and the minutes at its edges."""
        edges = [edge + minute for edge in (self.low, self.high) for minute in (-1, 0, 1)]
        quarters = range((self.low - AROUND) // QUARTER * QUARTER, self.high + AROUND + QUARTER, QUARTER)
        for reading in sorted({*edges, *quarters}):
            day, shown = day_of(reading), time_of(reading)
            wanted = [instant_of(minute) for minute in self.walk.showing(reading)]
            self._expect("wall times", (day, shown), list(self.subject.instants_of(day, shown, self.zone)), wanted)
            reached = instant_of(self.walk.reaching(reading))
            self._expect("times reached", (day, shown), self.subject.clock_reaches(day, shown, self.zone), reached)

    def instants(self) -> None:
        """Every quarter hour of real time around the change and the seconds at it, to the wall and back."""
        quarters = range(self.change.at - 60 * AROUND, self.change.at + 60 * AROUND + 1, 60 * QUARTER)
        for second in sorted({*quarters, *range(self.change.at - 2, self.change.at + 3)}):
            instant = datetime.fromtimestamp(second, UTC)
            reading = second + (self.change.before if second < self.change.at else self.change.after)
            wanted = datetime.fromtimestamp(reading, UTC).replace(tzinfo=None)
            shown = self.subject.wall(instant, self.zone).replace(tzinfo=None, fold=0)
            self._expect("instants", instant, shown, wanted)
            back = self.subject.instants_of(wanted.date(), wanted.time(), self.zone)
            self._expect("and back", instant, [one for one in back if one == instant], [instant])

    def day(self, day: date) -> None:
        start, end = self.walk.day(day)
        borders = (instant_of(start), instant_of(end))
        self._expect("days", day, self.subject.day_borders(day, self.zone), borders)
        by = timedelta(minutes=DAY - (end - start))
        change = self.subject.clock_change(day, self.zone)
        self._expect("changes told", day, (change.after - change.before) if change else timedelta(), by)
        for length in (5, QUARTER, HOUR):
            rows = self.subject.rows_of(day, self.zone, length)
            wanted = [(instant_of(row[0]), instant_of(row[1]), *row[2:]) for row in self.walk.rows(day, length)]
            found = [(row.start, row.end, row.label, row.repeated, row.jumped) for row in rows]
            self._expect("rows", (day, length), found, wanted)
            summed = sum((row.end - row.start for row in rows), timedelta())
            self._expect("sums of rows", (day, length), summed, timedelta(minutes=end - start))

    def week(self, monday: date) -> None:
        sunday = monday + 6 * ONE_DAY
        walk = Walk(self.clock, monday, sunday)
        start, end = walk.day(monday)[0], walk.day(sunday)[1]
        interval = self.subject.week_interval(monday, self.zone)
        self._expect("weeks", monday, (interval.start, interval.end), (instant_of(start), instant_of(end)))

    def hours(self, label: str, shifts: Sequence[Span]) -> None:
        """A record that holds these shifts, on its days and as a whole."""
        pieces = [piece for shift in shifts for piece in by_day(shift)]
        hours = self.subject.expand([record_of(pieces)], self.days[0], self.days[-1], self.zone)
        worked = self.walk.at_work(pieces)
        self._expect("hours", label, _pairs(hours.intervals), lived(minute for minute, _ in worked))
        lasting = sum((interval.duration for interval in hours.intervals), timedelta())
        self._expect("totals", label, lasting, timedelta(minutes=len(worked)))
        for found in hours.days:
            begin = midnight(found.day)
            mine = lived(minute for minute, reading in worked if begin <= reading < begin + DAY)
            self._expect("hours of days", (label, found.day), _pairs(found.intervals), mine)

    def starts(self, step: int, first: int, last: int) -> None:
        """The starts of slots between two times of day, at whole multiples of the step on the wall."""
        begin, end = self.walk.day(self.days[0])[0], self.walk.day(self.days[-1])[1]
        paper = [(midnight(day) + first, midnight(day) + last) for day in self.days]
        allowed = stretches(minute for minute, _ in self.walk.at_work(paper) if begin <= minute < end)
        free = [minute for start, stop in allowed for minute in range(start, stop - QUARTER + 1)]
        wanted = [minute * 60 for minute in free if self.walk.reading(minute) % step == 0]
        between = time_of(first), time_of(last)
        window = Interval(instant_of(begin), instant_of(end))
        found = self.subject.starts(window, timedelta(minutes=step), between, self.zone)
        self._expect("starts of slots", (step, *between), list(found), wanted)


def _pairs(intervals: Iterable[Interval]) -> list[tuple[datetime, datetime]]:
    return [(interval.start, interval.end) for interval in intervals]


def lived(minutes: Iterable[int]) -> list[tuple[datetime, datetime]]:
    return [(instant_of(start), instant_of(end)) for start, end in stretches(minutes)]


def shifts_around(low: int, high: int, days: Sequence[date]) -> list[tuple[str, list[Span]]]:
    """Shifts that begin, end, lie in or across the stretch of the wall from `low` to `high`, and whole days."""
    middle, third = (low + high) // 2, (high - low) // 3
    shifts = [
        ("across", [(low - 2 * HOUR, high + 2 * HOUR)]),
        ("inside", [(low + third, high - third)]),
        ("exactly", [(low, high)]),
        ("around", [(low - 2 * HOUR, low), (high, high + 2 * HOUR)]),
        ("before", [(low - 3 * HOUR, low - HOUR)]),
        ("after", [(high + HOUR, high + 3 * HOUR)]),
        ("all days", [(midnight(days[0]), midnight(days[-1]) + DAY)]),
    ]
    for word, at in (("start", low), ("middle", middle), ("end", high)):
        shifts += [
            (f"from the {word}", [(at, at + 4 * HOUR)]),
            (f"to the {word}", [(at - 4 * HOUR, at)]),
            (f"touching at the {word}", [(at - 2 * HOUR, at), (at, at + 2 * HOUR)]),
            (f"two lanes over the {word}", [(at - 2 * HOUR, at + HOUR), (at - HOUR, at + 2 * HOUR)]),
        ]
    return shifts + [(f"all of {day}", [(midnight(day), midnight(day) + DAY)]) for day in days]


def by_day(shift: Span) -> list[Span]:
    """A shift as the pieces that records can hold: none runs over midnight, and 23:59 is midnight."""
    pieces = []
    start, end = shift
    while start < end:
        stop = min(end, start - start % DAY + DAY)
        pieces.append((start, stop + 1 if stop % DAY == DAY - 1 else stop))
        start = stop
    return pieces


def record_of(pieces: Sequence[Span]) -> WorkHours:
    """A work-hours record that holds these pieces as entries of their weekdays."""
    entries = tuple(
        DayHours(day_of(start).isoweekday(), time_of(start), time_of(end) if end % DAY else LAST_MINUTE)
        for start, end in pieces
    )
    return WorkHours(UUID(int=2), SOMEBODY, date(2000, 1, 1), None, entries)


def try_change(cells: Cells, place: Place, change: Change, subject: Subject = DOMAIN) -> None:
    """Try every cell of one change of one zone."""
    Around(cells, subject, place, change).try_all()


def try_clock(cells: Cells, place: Place, subject: Subject = DOMAIN) -> None:
    """A zone's time at its changes, to the second, and at every noon of the years, against the data as read here."""
    edges = [change.at + second for change in place.clock.changes for second in (-1, 0, 1)]
    for second in [*edges, *NOONS]:
        shown = subject.wall(datetime.fromtimestamp(second, UTC), place.zone)
        cells.expect("clocks", (place, second), shown.utcoffset(), timedelta(seconds=place.clock.offset(second)))
