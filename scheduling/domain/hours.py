"""Work-hours records of one clinician -> the time they work, day by day, and which record said so (design 4).

The record that speaks for a day: among the `WORKING_HOURS` records whose inclusive dates cover it, any OVERRIDE before
any DEFAULT, and within each kind the one created last (welkin-api 6.2). It speaks for the whole day: a weekday that it
does not list, or lists with both times null, is off, whatever other records say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from .interval import Interval, clip, intersect, merge
from .week import LAST_MINUTE, MIDNIGHT, ONE_DAY
from .work_hours import DayHours, HoursType, WorkHours
from .zone import clock_reaches

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DayOfHours:
    """One local day of a clinician: the time worked (merged, UTC), and the record that decided it, None for none.

    `narrowed_by` is the AVAILABILITY record that cut the day down for the encounter that was asked for.
    """

    day: date
    intervals: tuple[Interval, ...]
    decided_by: WorkHours | None = None
    narrowed_by: WorkHours | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """The working time of one clinician: `intervals` merged in UTC, `days` one for each local day, in order."""

    intervals: tuple[Interval, ...] = ()
    days: tuple[DayOfHours, ...] = ()

    def on(self, day: date) -> DayOfHours | None:
        """This local day, None outside the days that were asked for."""
        index = (day - self.days[0].day).days if self.days else -1
        return self.days[index] if 0 <= index < len(self.days) else None

    def clipped(self, window: Interval) -> "Hours":
        """The part inside the window. The days stay, also those that lose all their time."""
        days = tuple(replace(day, intervals=clip(day.intervals, window)) for day in self.days)
        return Hours(clip(self.intervals, window), days)


def expand(
    records: Iterable[WorkHours], first: date, last: date, zone: ZoneInfo, *, encounter: str | None = None
) -> Hours:
    """The hours that the records of one clinician say for the local days `first` to `last`, both inclusive.

    `zone` is the clinician's: the records' times are its wall clock. With `encounter`, AVAILABILITY records that name
    it narrow the days they cover, chosen among themselves like working hours; without one a day stays as it is.
    Raises ValueError where `last` lies before `first`.
    """
    if last < first:
        raise ValueError("the last day lies before the first")
    known = tuple(records)
    working = _ranked(record for record in known if record.type.upper() == HoursType.WORKING_HOURS)
    narrowing = _ranked(record for record in known if encounter and _narrows(record, encounter))
    count = (last - first).days + 1
    days = tuple(_day(first + n * ONE_DAY, working, narrowing, zone) for n in range(count))
    return Hours(merge(interval for day in days for interval in day.intervals), days)


def _narrows(record: WorkHours, encounter: str) -> bool:
    wanted = encounter.strip().casefold()
    named = (name.strip().casefold() for name in record.encounters)
    return record.type.upper() == HoursType.AVAILABILITY and wanted in named


def _ranked(records: Iterable[WorkHours]) -> tuple[WorkHours, ...]:
    """Strongest first: overrides, then the newest created. One without a date is the oldest; the id breaks a tie."""
    return tuple(sorted(records, key=lambda r: (r.is_override, r.created_at or NEVER, r.id.int), reverse=True))


def _deciding(ranked: Sequence[WorkHours], day: date) -> WorkHours | None:
    return next((record for record in ranked if record.covers(day)), None)


def _day(day: date, working: Sequence[WorkHours], narrowing: Sequence[WorkHours], zone: ZoneInfo) -> DayOfHours:
    record = _deciding(working, day)
    intervals = _worked(record, day, zone) if record else ()
    filter_record = _deciding(narrowing, day)
    if filter_record:
        intervals = intersect(intervals, _worked(filter_record, day, zone))
    return DayOfHours(day, intervals, record, filter_record)


def _worked(record: WorkHours, day: date, zone: ZoneInfo) -> tuple[Interval, ...]:
    """The record's entries for this day's weekday as real time, duplicates and overlaps merged."""
    spans = (_span(entry, day, zone) for entry in record.days if entry.day == day.isoweekday())
    return merge(span for span in spans if span)


def _span(entry: DayHours, day: date, zone: ZoneInfo) -> Interval | None:
    """One entry on one day. None for an entry that says "off", makes no sense, or lies in a gap of the clock."""
    if entry.start is None or entry.end is None or entry.end <= entry.start:
        return None
    start = clock_reaches(day, entry.start, zone)
    if entry.end >= LAST_MINUTE:
        end = clock_reaches(day + ONE_DAY, MIDNIGHT, zone)
    else:
        end = clock_reaches(day, entry.end, zone)
    return Interval(start, end) if start < end else None
