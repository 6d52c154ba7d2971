"""Work-hours records of one clinician -> the time they work, day by day, and which record said so (design 4).

The record that speaks for a day: among the `WORKING_HOURS` records whose inclusive dates cover it, any OVERRIDE before
any DEFAULT, and within each kind the one created last (welkin-api 6.2). It speaks for the whole day: a weekday that it
does not list, or lists with both times null, is off, whatever other records say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from .interval import Interval, clip, merge, of_seconds
from .localday import WallSpans, wall_spans
from .spans import Spans, intersect
from .work_hours import HoursType, WorkHours

NEVER = datetime.min.replace(tzinfo=UTC)
NO_END = date.max.toordinal()


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
    rota = Rota(records, zone, encounter)
    days = tuple(rota.day(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1))
    return Hours(merge(interval for day in days for interval in day.intervals), days)


class Rule:
    """One record, ready to answer: the days it covers, and its wall times by ISO weekday."""

    __slots__ = ("_weekdays", "first", "last", "record")

    def __init__(self, record: WorkHours) -> None:
        self.record = record
        self.first = record.first.toordinal()
        self.last = record.last.toordinal() if record.last else NO_END
        self._weekdays: dict[int, WallSpans | None] = {}

    def worked(self, ordinal: int, zone: ZoneInfo) -> Sequence[tuple[int, int]]:
        """The record's time on this day, in seconds; the day itself must be one that it covers."""
        weekday = (ordinal - 1) % 7 + 1
        try:
            times = self._weekdays[weekday]
        except KeyError:
            times = self._weekdays[weekday] = self._times(weekday)
        return times.on(ordinal, zone) if times else ()

    def _times(self, weekday: int) -> WallSpans | None:
        entries = (entry for entry in self.record.days if entry.day == weekday)
        return wall_spans(tuple((e.start, e.end) for e in entries if e.start is not None and e.end is not None))


class Rota:
    """All records of one clinician in the order in which they speak, for any day of their zone."""

    __slots__ = ("_narrowing", "_working", "_zone")

    def __init__(self, records: Iterable[WorkHours], zone: ZoneInfo, encounter: str | None = None) -> None:
        known = tuple(records)
        self._zone = zone
        self._working = _ranked([record for record in known if record.type.upper() == HoursType.WORKING_HOURS])
        self._narrowing = _ranked([record for record in known if _narrows(record, encounter)]) if encounter else []

    def spans(self, days: range) -> Spans:
        """The time worked on these days (ordinals, in order), in seconds."""
        worked: Spans = []
        latest = None
        for ordinal in days:
            for span in self._worked(ordinal):
                if span[0] == latest:
                    worked[-1] = worked[-1][0], span[1]
                else:
                    worked.append(span)
                latest = span[1]
        return worked

    def opens(self, days: range, at: int) -> int | None:
        """The first second of these days, from `at` on, that is worked; it looks at no day behind it."""
        for ordinal in days:
            for start, end in self._worked(ordinal):
                if end > at:
                    return max(start, at)
        return None

    def _worked(self, ordinal: int) -> Sequence[tuple[int, int]]:
        rule = _deciding(self._working, ordinal)
        if not rule:
            return ()
        narrowing = _deciding(self._narrowing, ordinal) if self._narrowing else None
        worked = rule.worked(ordinal, self._zone)
        return intersect(worked, narrowing.worked(ordinal, self._zone)) if narrowing else worked

    def day(self, ordinal: int) -> DayOfHours:
        """One local day with the record that decided it."""
        rule, narrowing = _deciding(self._working, ordinal), _deciding(self._narrowing, ordinal)
        return DayOfHours(
            date.fromordinal(ordinal),
            of_seconds(self._worked(ordinal)),
            rule.record if rule else None,
            narrowing.record if narrowing else None,
        )


def _narrows(record: WorkHours, encounter: str | None) -> bool:
    wanted = (encounter or "").strip().casefold()
    named = (name.strip().casefold() for name in record.encounters)
    return record.type.upper() == HoursType.AVAILABILITY and wanted in named


def _ranked(known: list[WorkHours]) -> list[Rule]:
    """Strongest first: overrides, then the newest created. One without a date is the oldest; the id breaks a tie."""
    if len(known) > 1:
        known.sort(key=lambda r: (r.is_override, r.created_at or NEVER, r.id.int), reverse=True)
    return [Rule(record) for record in known]


def _deciding(ranked: list[Rule], ordinal: int) -> Rule | None:
    for rule in ranked:
        if rule.first <= ordinal <= rule.last:
            return rule
    return None
