"""What stands beside the fields of weekly hours while they are typed: flags, totals, notes, the week as a picture."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scheduling.domain.pattern import DAY, STEP, Pattern, next_day, overlaps, short_gaps, too_long, total, unfold
from scheduling.domain.week import FIRST_YEAR, LAST_YEAR, clock_change, day_borders
from scheduling.domain.work_hours import RuleType
from scheduling.domain.zone import offset_change
from scheduling.web.forms.hours import WeekForm
from scheduling.web.forms.hours_days import Day, Entry, day_name, pattern_of, placed_in_words
from scheduling.web.hours_words import length
from scheduling.web.spans import WEEK, Minutes, write_clock, write_span

ONE_DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Flags:
    """What is odd about one day (`flags`) and what its nights mean (`notes`)."""

    flags: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One interval, or its half, in the column of a weekday; `top` and `height` in minutes."""

    entry: str
    part: str
    top: int
    height: int


@dataclass(frozen=True, slots=True)
class Edge:
    """One end of an interval, to be moved: a slider in minutes after the midnight that begins the interval's day."""

    entry: str
    side: str
    label: str
    top: int
    now: int
    least: int
    most: int
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """One weekday of the picture. The whole day is `DAY` high."""

    weekday: int
    name: str
    label: str
    bars: tuple[Bar, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """All of it. `total` is `38:30`, `contract` says how that compares, empty where no contract is known."""

    days: dict[int, Flags]
    total: str
    contract: str
    clock: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def token(self) -> str:
        """By what a form knows that its flags were seen; empty where nothing is flagged."""
        told = [(weekday, day.flags) for weekday, day in self.days.items() if day.flags]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16] if told else ""


def beside(form: WeekForm, zone: ZoneInfo, today: date, contract: int | None) -> Beside:
    """What stands beside the form as it is typed. `contract`: minutes a week; `today` in `zone`, the clinician's."""
    week = pattern_of(form.days)
    first, last = _date(form, "first"), _date(form, "last")
    return Beside(
        days={day.weekday: Flags(tuple(_flags(day, week)), tuple(_nights(day, first, last))) for day in form.days},
        total=length(total(week)),
        contract=_against(contract, total(week)) if _is_regular(form) else "",
        clock=tuple(_clock_notes(week, first, last, zone, today)),
        columns=_columns(form.days),
    )


def _date(form: WeekForm, name: str) -> date | None:
    """A date of the form as it stands, checked or not; None for none."""
    told = form[name].value()
    try:
        day = told if isinstance(told, date) else parse_date(str(told or ""))
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _is_regular(form: WeekForm) -> bool:
    rule = form.record.rule if form.record else form["kind"].value()
    return str(rule).upper() != RuleType.OVERRIDE


# --- Flags


def _flags(day: Day, week: Pattern) -> Iterator[str]:
    """What is odd about a day, apart from what the form itself already says is wrong with it."""
    for number, entry in enumerate(day.entries, start=1):
        if not entry.error and entry.fault:
            yield _("Interval %(n)s: %(fault)s") % {"n": number, "fault": entry.fault}
    if not day.error:
        for some, others in overlaps(week)[day.weekday]:
            told = {"some": placed_in_words(some, day.weekday), "others": placed_in_words(others, day.weekday)}
            yield _("%(some)s and %(others)s overlap.") % told
    for gap in short_gaps(week)[day.weekday]:
        yield _("Only %(minutes)s min between %(hours)s.") % {"minutes": gap[1] - gap[0], "hours": write_span(gap)}
    for span in too_long(week)[day.weekday]:
        yield _("%(hours)s is longer than 12 hours: %(length)s.") % {
            "hours": write_span(span),
            "length": length(span[1] - span[0]),
        }


def _nights(day: Day, first: date | None, last: date | None) -> Iterator[str]:
    """What becomes of the hours past midnight that begin on the day."""
    for start, end in (span for span in day.spans if span[1] > DAY):
        here, there = write_span((start, DAY)), write_span((0, end - DAY))
        yield _("%(night)s is a night: %(here)s on %(day)s and %(there)s on %(next)s.") % {
            "night": write_span((start, end)),
            "here": here,
            "day": day.label,
            "there": there,
            "next": day_name(next_day(day.weekday)),
        }
        if last and last.isoweekday() == day.weekday:
            yield _("On %(date)s, the last day, only %(hours)s counts.") % {"date": _long(last), "hours": here}
        if first and first.isoweekday() == next_day(day.weekday):
            yield _("On %(date)s, the first day, only %(hours)s counts.") % {"date": _long(first), "hours": there}


def _against(contract: int | None, minutes: int) -> str:
    if contract is None:
        return ""
    told = {"contract": length(contract), "by": length(abs(minutes - contract))}
    if minutes == contract:
        return _("as in the contract") % told
    if minutes > contract:
        return _("%(by)s more than the contract of %(contract)s") % told
    return _("%(by)s less than the contract of %(contract)s") % told


# --- Changes of the clock


@lru_cache(maxsize=256)
def _changes(first: date, last: date, zone: ZoneInfo) -> tuple[date, ...]:
    """The days between, both inclusive, on which the clock changes."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if clock_change(day, zone))


def _clock_notes(week: Pattern, first: date | None, last: date | None, zone: ZoneInfo, today: date) -> Iterator[str]:
    """Sentences for the changes of the clock in the period's next year that fall on days with hours."""
    begin = max(first or today, today)
    end = min(last or begin + YEAR, begin + YEAR)
    worked = unfold(week)
    for day in _changes(begin, end, zone) if begin <= end else ():
        if worked[day.isoweekday()]:
            yield _clock_note(day, zone)


def _clock_note(day: date, zone: ZoneInfo) -> str:
    change = clock_change(day, zone)
    if change is None:
        return ""
    start, end = day_borders(day, zone)
    at = offset_change(start - ONE_DAY / 24, end, zone)
    old, new = (at + change.before).strftime("%H:%M"), (at + change.after).strftime("%H:%M")
    told = {"day": _long(day)}
    if change.after > change.before:
        return _("On %(day)s the clock goes forward: %(hours)s does not exist.") % (told | {"hours": f"{old}–{new}"})
    return _("On %(day)s the clock goes back: %(hours)s comes twice.") % (told | {"hours": f"{new}–{old}"})


def _long(day: date) -> str:
    return date_format(day, "l j F Y")


# --- The picture


def _columns(days: Iterable[Day]) -> tuple[Column, ...]:
    entries = [entry for day in days for entry in day.entries if entry.span]
    return tuple(
        Column(
            weekday=weekday,
            name=day_name(weekday)[:2],
            label=day_name(weekday),
            bars=tuple(bar for entry in entries for bar in _bars(entry, weekday)),
            edges=tuple(edge for entry in entries for edge in _edges(entry, weekday)),
        )
        for weekday in WEEK
    )


def _bars(entry: Entry, weekday: int) -> Iterator[Bar]:
    start, end = entry.span or (0, 0)
    if entry.weekday == weekday:
        yield Bar(entry.name, "begin", start, min(end, DAY) - start)
    if end > DAY and next_day(entry.weekday) == weekday:
        yield Bar(entry.name, "rest", 0, end - DAY)


def _edges(entry: Entry, weekday: int) -> Iterator[Edge]:
    start, end = entry.span or (0, 0)
    ends_on = next_day(entry.weekday) if end > DAY else entry.weekday
    if entry.weekday == weekday:
        yield _edge(entry, "start", start, (max(0, end - DAY + STEP), min(end - STEP, DAY - STEP)))
    if ends_on == weekday:
        yield _edge(entry, "end", end, (start + STEP, start + DAY - STEP))


def _edge(entry: Entry, side: str, now: int, reach: Minutes) -> Edge:
    told = {"n": entry.number + 1, "day": day_name(entry.weekday)}
    beyond = now > DAY
    clock = write_clock(now)
    return Edge(
        entry=entry.name,
        side=side,
        label=(_("Start of interval %(n)s, %(day)s") if side == "start" else _("End of interval %(n)s, %(day)s"))
        % told,
        top=now - DAY if beyond else now,
        now=now,
        least=min(reach[0], now),
        most=max(reach[1], now),
        text=_("%(time)s on %(day)s") % {"time": clock, "day": day_name(next_day(entry.weekday))} if beyond else clock,
    )
