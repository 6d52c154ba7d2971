"""The page of a clinician's hours, ready to print: the week as a picture and a table, and the periods."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.hours import DayOfHours, expand
from scheduling.domain.interval import Interval, total
from scheduling.domain.timeline import judge
from scheduling.domain.week import Week, clock_change
from scheduling.domain.work_hours import HoursType, WorkHours
from scheduling.domain.zone import wall
from scheduling.services.desk import Desk
from scheduling.services.hours_plan import all_off, end_of, is_withdrawn
from scheduling.services.hours_timeline import Around
from scheduling.services.work_hours import SET, Sheet
from scheduling.web.hours_links import Link, links_of
from scheduling.web.hours_timeline import Over, Place, Timeline, over_day, timeline_of, why_in_words
from scheduling.web.hours_words import (
    duplicates,
    length,
    length_of,
    minutes_of_week,
    name_of,
    range_in_words,
    record_in_words,
    spans_in_words,
    week_in_words,
    weekdays_covered,
)
from scheduling.web.spans import MIDNIGHT, Minutes

EARLIEST, LATEST = 8 * 60, 18 * 60
WATCHED = timedelta(days=182)
MOST_PAST = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of work in the picture, in minutes after midnight."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One day of the week: as a column of the picture and a row of the table."""

    date: date
    name: str
    bars: tuple[Bar, ...]
    times: str
    total: str
    decided_by: str
    decided_url: str
    why: str
    over: tuple[Over, ...]
    override: bool
    today: bool
    clock_note: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The hours that the picture shows: its first minute, its length, labels at even steps, lines between them."""

    first: int
    length: int
    labels: tuple[str, ...]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """One record in the list. `notes` explain what is odd about it."""

    id: UUID
    title: str
    kind: str
    kind_label: str
    words: str
    dates: str
    week_total: str
    notes: tuple[str, ...]
    counts: bool
    edit_url: str
    end_url: str


@dataclass(frozen=True, slots=True)
class HoursPage:
    """Everything that the page of a clinician's hours prints."""

    clinician_id: UUID
    name: str
    credentials: str
    zone: str
    zone_note: str
    week: Week
    week_label: str
    days: tuple[DayColumn, ...]
    axis: Axis
    total: str
    clock_notes: tuple[str, ...]
    now_words: str
    current: tuple[Period, ...]
    coming: tuple[Period, ...]
    past: tuple[Period, ...]
    past_left_out: int
    unreadable: int
    previous_url: str
    next_url: str
    this_week_url: str
    calendar_url: str
    new_url: str
    links: tuple[Link, ...]
    timeline: Timeline | None

    @property
    def empty(self) -> bool:
        return not (self.current or self.coming or self.past)


def page_of(sheet: Sheet, desk: Desk, place: Place, around: Around | None) -> HoursPage:
    """The page for what was read; links to changes only where the login may make them.

    Without `around` there is no timeline: the stretch lies too far off to know all its records.
    """
    person = sheet.clinician
    may_set = desk.may(SET, person.id)
    days = tuple(_column(day, sheet, may_set, around) for day in sheet.hours.days)
    current, coming, past = _sorted_by_time(sheet)
    deciding = _deciding(sheet)
    new_url = reverse("hours-new", args=[person.id]) if may_set else ""
    return HoursPage(
        clinician_id=person.id,
        name=person.name,
        credentials=person.credentials,
        zone=sheet.zone.key,
        zone_note=_zone_note(sheet),
        week=sheet.week,
        week_label=week_label(sheet.week),
        days=days,
        axis=_axis(days),
        total=length_of(total(sheet.hours.intervals)),
        clock_notes=tuple(day.clock_note for day in days if day.clock_note),
        now_words=_now_words(sheet),
        current=tuple(_period(record, deciding, may_set, sheet.today) for record in current),
        coming=tuple(_period(record, deciding, may_set, sheet.today) for record in coming),
        past=tuple(_period(record, deciding, may_set, sheet.today) for record in past[:MOST_PAST]),
        past_left_out=max(0, len(past) - MOST_PAST),
        unreadable=sheet.unreadable,
        previous_url=place.at_week(sheet.week.previous),
        next_url=place.at_week(sheet.week.next),
        this_week_url=reverse("hours-of", args=[person.id]),
        calendar_url=reverse("week-of", args=[person.id, str(sheet.week)]),
        new_url=new_url,
        links=links_of(sheet, desk),
        timeline=timeline_of(sheet, around, place) if around else None,
    )


def week_label(week: Week) -> str:
    """`Week 48, 23 to 29 November 2026`."""
    first, last = week.days[0], week.days[-1]
    form = "j" if first.month == last.month else ("j F" if first.year == last.year else "j F Y")
    told = {"number": week.number, "first": date_format(first, form), "last": date_format(last, "j F Y")}
    return _("Week %(number)s, %(first)s to %(last)s") % told


def _zone_note(sheet: Sheet) -> str:
    if not sheet.zone_assumed:
        return ""
    if sheet.clinician.timezone:
        return _("The time zone “%(name)s” is not known: the clinic's is used.") % {"name": sheet.clinician.timezone}
    return _("No time zone set: the clinic's is used.")


def _now_words(sheet: Sheet) -> str:
    """What counts today, as one sentence."""
    decided = expand(sheet.records, sheet.today, sheet.today, sheet.zone).days[0].decided_by
    regular = sheet.current(sheet.today)
    if regular is None and decided is None:
        return ""
    if decided and decided.is_override:
        exception = _("%(name)s %(dates)s.") % {
            "name": name_of(decided),
            "dates": range_in_words(decided.first, end_of(decided)),
        }
        regularly = _("Otherwise: %(hours)s.") % {"hours": record_in_words(regular)} if regular else ""
        return f"{exception} {regularly}".strip()
    return f"{record_in_words(regular)}." if regular else ""


def _column(day: DayOfHours, sheet: Sheet, may_set: bool, around: Around | None) -> DayColumn:
    spans = [_wall_minutes(interval, day.day, sheet) for interval in day.intervals]
    record = day.decided_by
    person_id = sheet.clinician.id
    return DayColumn(
        date=day.day,
        name=date_format(day.day, "D j"),
        bars=tuple(Bar(start, max(1, end - start)) for start, end in spans),
        times=spans_in_words(spans) if spans else _("Off"),
        total=length_of(total(day.intervals)),
        decided_by=name_of(record) if record else _("No record"),
        decided_url=reverse("hours-edit", args=[person_id, record.id]) if record and record.whole and may_set else "",
        why=why_in_words(judge(sheet.records, day.day)),
        over=over_day(around, day.day),
        override=bool(record and record.is_override),
        today=day.day == sheet.today,
        clock_note=_clock_note(day.day, sheet),
    )


def _wall_minutes(interval: Interval, day: date, sheet: Sheet) -> Minutes:
    """Where the interval stands on the clock of that day; an end on the next day is midnight."""
    start, end = wall(interval.start, sheet.zone), wall(interval.end, sheet.zone)
    return start.hour * 60 + start.minute, MIDNIGHT if end.date() > day else end.hour * 60 + end.minute


def _clock_note(day: date, sheet: Sheet) -> str:
    change = clock_change(day, sheet.zone)
    if change is None:
        return ""
    by = change.after - change.before
    told = {"day": date_format(day, "l j F"), "by": length_of(abs(by)), "zone": sheet.zone.key}
    if by > timedelta():
        return _("The clock goes forward by %(by)s h on %(day)s (%(zone)s): hours over the change are shorter.") % told
    return _("The clock goes back by %(by)s h on %(day)s (%(zone)s): hours over the change are longer.") % told


def _axis(days: Iterable[DayColumn]) -> Axis:
    bars = [bar for day in days for bar in day.bars]
    first = min([EARLIEST, *(bar.start for bar in bars)])
    last = max([LATEST, *(bar.start + bar.length for bar in bars)])
    step = 120 if last - first <= 12 * 60 else 180
    first, last = first // step * step, min(MIDNIGHT, -(-last // step) * step)
    marks = range(first, last + 1, step)
    return Axis(first, last - first, tuple(f"{mark // 60:02}" for mark in marks), tuple(marks)[1:-1])


def _sorted_by_time(sheet: Sheet) -> tuple[list[WorkHours], list[WorkHours], list[WorkHours]]:
    """Current, coming by their beginning, past with the latest first."""
    current: list[WorkHours] = []
    coming: list[WorkHours] = []
    past: list[WorkHours] = []
    for record in sheet.records:
        if is_withdrawn(record):
            continue
        if record.covers(sheet.today):
            current.append(record)
        else:
            (coming if record.first > sheet.today else past).append(record)
    current.sort(key=lambda record: (record.type.upper() != HoursType.WORKING_HOURS, not record.is_override))
    past.sort(key=lambda record: (record.last or record.first, record.id.int), reverse=True)
    return current, coming, past


def _deciding(sheet: Sheet) -> frozenset[UUID]:
    """The records that count on at least one day from now on."""
    begins = [record.first for record in sheet.records if record.first > sheet.today]
    last = max([sheet.today + WATCHED, *(day for day in begins if day < sheet.today + 4 * WATCHED)])
    days = expand(sheet.records, sheet.today, last, sheet.zone).days
    return frozenset(day.decided_by.id for day in days if day.decided_by)


def _kind(record: WorkHours) -> tuple[str, str]:
    if record.type.upper() != HoursType.WORKING_HOURS:
        return "availability", _("Availability")
    return ("override", _("Exception")) if record.is_override else ("default", _("Regular"))


def _period(record: WorkHours, deciding: frozenset[UUID], may_set: bool, today: date) -> Period:
    kind, label = _kind(record)
    over = record.last is not None and record.last < today
    links = [record.clinician_id, record.id]
    may_set = may_set and record.whole
    ends_later = record.last is None or record.last > max(record.first, today - timedelta(days=1))
    return Period(
        id=record.id,
        title=record.name or (_("Regular hours") if kind == "default" else label),
        kind=kind,
        kind_label=label,
        words=_off_words(record) or week_in_words(record.days, weekdays_covered(record)),
        dates=range_in_words(record.first, end_of(record)),
        week_total=length(minutes_of_week(record)) if len(weekdays_covered(record)) == 7 else "",
        notes=tuple(_notes(record, kind, record.id in deciding or over)),
        counts=record.id in deciding,
        edit_url=reverse("hours-edit", args=links) if may_set else "",
        end_url=reverse("hours-end", args=links) if may_set and ends_later and not over else "",
    )


def _off_words(record: WorkHours) -> str:
    return _("No hours: off on all these days") if record.is_override and all_off(record.days) else ""


def _notes(record: WorkHours, kind: str, counts: bool) -> Iterable[str]:
    if not record.whole:
        yield _("Not read whole: it can be changed in Welkin only.")
    if kind == "availability":
        yield _availability_note(record)
    elif not counts:
        yield _("From today on it counts on no day: an exception or newer regular hours count instead.")
    repeated = duplicates(record)
    if repeated:
        yield ngettext(
            "%(n)s interval is there twice and counts once.",
            "%(n)s intervals are there twice and count once.",
            repeated,
        ) % {"n": repeated}
    if record.last and end_of(record) is None:
        yield _("Stored with an end on %(day)s, which stands for none.") % {"day": date_format(record.last, "j F Y")}


def _availability_note(record: WorkHours) -> str:
    said = _("When these hours may be used for certain encounters. It narrows the work hours and adds none.")
    return f"{said} {_('Encounters')}: {', '.join(record.encounters)}." if record.encounters else said
