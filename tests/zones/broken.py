"""Conversions that are wrong in the usual ways. The proof is worth something because it catches each of them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from scheduling.domain.hours import DayOfHours, Hours
from scheduling.domain.interval import Interval, merge
from scheduling.domain.week import ClockChange, Row, Week, clock_reaches, day_borders, rows_of, wall
from scheduling.domain.work_hours import DayHours, WorkHours

from .cells import DOMAIN, LAST_MINUTE, ONE_DAY, SHORT, Subject

Reaches = Callable[[date, time, ZoneInfo], datetime]
MIDNIGHT = time()


def hours_after_midnight(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    """Midnight and so many hours."""
    into = datetime.combine(day, wall_time) - datetime.combine(day, MIDNIGHT)
    return datetime.combine(day, MIDNIGHT, zone).astimezone(UTC) + into


def first_reading(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    """What Python makes of a wall time: in a gap of the clock it lies as far behind the gap as it is into it."""
    return datetime.combine(day, wall_time, zone).astimezone(UTC)


def second_reading(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall_time, zone).replace(fold=1).astimezone(UTC)


def only_one(day: date, wall_time: time, zone: ZoneInfo) -> Sequence[datetime]:
    """No second showing and no gap."""
    return [first_reading(day, wall_time, zone)]


def by_noon(instant: datetime, zone: ZoneInfo) -> datetime:
    """One offset for the whole day."""
    noon = wall(instant, zone).replace(hour=12, fold=0)
    return (instant + (noon.utcoffset() or timedelta())).replace(tzinfo=zone)


def even_days(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, _ = day_borders(day, zone)
    return start, start + ONE_DAY


def even_rows(day: date, zone: ZoneInfo, minutes: int) -> Sequence[Row]:
    """As many rows as on any day."""
    start, _ = day_borders(day, zone)
    step = timedelta(minutes=minutes)
    borders = [start + number * step for number in range(ONE_DAY // step + 1)]
    return [Row(a, b, wall(a, zone).time().replace(fold=0)) for a, b in pairwise(borders)]


def rows_without_marks(day: date, zone: ZoneInfo, minutes: int) -> Sequence[Row]:
    return [replace(row, repeated=False) for row in rows_of(day, zone, minutes)]


def even_weeks(day: date, zone: ZoneInfo) -> Interval:
    start = Week.containing(day).interval(zone).start
    return Interval(start, start + 7 * ONE_DAY)


def change_between_borders(day: date, zone: ZoneInfo) -> ClockChange | None:
    """The offsets at the ends of a day, which puts a jump to midnight on the day that it does not shorten."""
    ends = (border - timedelta(microseconds=1) for border in day_borders(day, zone))
    change = ClockChange(*(wall(end, zone).utcoffset() or timedelta() for end in ends))
    return change if change.before != change.after else None


def starts_by_elapsed_time(
    window: Interval, step: timedelta, between: tuple[time, time], zone: ZoneInfo
) -> Sequence[int]:
    """Times of day and the raster counted from midnight in real time."""
    first, last = (timedelta(hours=one.hour) for one in between)
    day, found = wall(window.start, zone).date(), []
    while (start := clock_reaches(day, MIDNIGHT, zone)) < window.end:
        at, end = start + first, min(start + (last or ONE_DAY), window.end)
        while at + SHORT <= end:
            found.append(int(at.timestamp()))
            at += step
        day += ONE_DAY
    return found


def hours_by(
    starts: Reaches, ends: Reaches, last_minute: Reaches | None = None
) -> Callable[[Sequence[WorkHours], date, date, ZoneInfo], Hours]:
    """`expand` for one record, with these conversions of an entry's start and end."""

    def span(entry: DayHours, day: date, zone: ZoneInfo) -> Interval | None:
        start = starts(day, entry.start or MIDNIGHT, zone)
        if entry.end == LAST_MINUTE and not last_minute:
            end = ends(day + ONE_DAY, MIDNIGHT, zone)
        else:
            end = (last_minute or ends)(day, entry.end or MIDNIGHT, zone)
        return Interval(start, end) if start < end else None

    def expand(records: Sequence[WorkHours], first: date, last: date, zone: ZoneInfo) -> Hours:
        days = []
        for day in (first + n * ONE_DAY for n in range((last - first).days + 1)):
            spans = (span(entry, day, zone) for entry in records[0].days if entry.day == day.isoweekday())
            days.append(DayOfHours(day, merge(one for one in spans if one)))
        return Hours(merge(interval for day in days for interval in day.intervals), tuple(days))

    return expand


HOURS = {"hours", "totals", "hours of days"}
# What is wrong, the subject, and the kinds of cells that must say so.
BROKEN: list[tuple[str, Subject, set[str]]] = [
    ("hours added to midnight", DOMAIN._replace(clock_reaches=hours_after_midnight), {"times reached"}),
    ("a gap skipped by its length", DOMAIN._replace(clock_reaches=first_reading), {"times reached"}),
    ("the second showing taken", DOMAIN._replace(clock_reaches=second_reading), {"times reached"}),
    ("fold ignored", DOMAIN._replace(instants_of=only_one), {"wall times", "and back"}),
    ("one offset a day", DOMAIN._replace(wall=by_noon), {"instants"}),
    ("24 hours a day", DOMAIN._replace(day_borders=even_days), {"days"}),
    ("96 quarter hours a day", DOMAIN._replace(rows_of=even_rows), {"rows", "sums of rows"}),
    ("a label shown twice unmarked", DOMAIN._replace(rows_of=rows_without_marks), {"rows"}),
    ("168 hours a week", DOMAIN._replace(week_interval=even_weeks), {"weeks"}),
    ("a change told a day late", DOMAIN._replace(clock_change=change_between_borders), {"changes told"}),
    ("slots by hours after midnight", DOMAIN._replace(starts=starts_by_elapsed_time), {"starts of slots"}),
    (
        "shifts by hours after midnight",
        DOMAIN._replace(expand=hours_by(hours_after_midnight, hours_after_midnight)),
        HOURS,
    ),
    ("shifts that begin behind a gap", DOMAIN._replace(expand=hours_by(first_reading, first_reading)), HOURS),
    ("shifts that begin at the second showing", DOMAIN._replace(expand=hours_by(second_reading, clock_reaches)), HOURS),
    ("shifts that end at the second showing", DOMAIN._replace(expand=hours_by(clock_reaches, second_reading)), HOURS),
    ("shifts until 23:59", DOMAIN._replace(expand=hours_by(clock_reaches, clock_reaches, clock_reaches)), HOURS),
]
SOUND = DOMAIN._replace(expand=hours_by(clock_reaches, clock_reaches))
