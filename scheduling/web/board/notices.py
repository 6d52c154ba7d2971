"""Sentences above the grid: what could not be read, whose zone is assumed, where the clock changes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.availability import ClinicianTime
from scheduling.services.calendar import Reading
from scheduling.services.desk import Desk
from scheduling.services.week import TeamDay

from . import words
from .axis import Scale
from .closures import closure_words
from .columns import Column
from .heads import change_note
from .model import Notice
from .zones import clocks_drift


def _read_notices(reading: Reading) -> Iterator[Notice]:
    if reading.unreadable:
        text = ngettext(
            "%d entry of the calendar could not be read. Free time is not shown, because it may be taken.",
            "%d entries of the calendar could not be read. Free time is not shown, because it may be taken.",
            reading.unreadable,
        )
        yield Notice("warn", text % reading.unreadable)
    elif not reading.complete:
        yield Notice("warn", _("The calendar changed while it was read. Free time is not shown; reload in a moment."))


def week_notices(desk: Desk, time: ClinicianTime, reading: Reading, columns: Sequence[Column]) -> Iterator[Notice]:
    yield from _read_notices(reading)
    if time.zone_assumed:
        zone = words.zone_words(reading.window.start, time.zone)
        yield Notice(
            "warn", _("No time zone is set for this person: the clinic's, %(zone)s, is assumed.") % {"zone": zone}
        )
    if not any(column.hours for column in columns):
        yield Notice("info", _("No hours this week."))
    for column in columns:
        if column.scale.changes:
            day = words.day_words(column.day)
            yield Notice("info", f"{day}: {change_note(column.scale)[1]}")
    for shut, text, _count in _closures(columns, desk.zone):
        yield Notice("info", f"{words.day_words(shut)}: {text}")
    if clocks_drift(time.zone, desk.zone, reading.window):
        yield Notice("info", _("The two clocks do not stay the same distance apart in this week."))


def day_notices(desk: Desk, data: TeamDay, columns: Sequence[Column]) -> Iterator[Notice]:
    yield from _read_notices(data.reading)
    if columns and columns[0].scale.changes:
        yield Notice("info", change_note(columns[0].scale)[1])
    for _day, text, count in _closures(columns, desk.zone):
        some = ngettext("for %d person", "for %d people", count) % count
        yield Notice("info", text if count == len(columns) else f"{text} ({some})")


def team_notices(reading: Reading, scales: Sequence[Scale]) -> Iterator[Notice]:
    yield from _read_notices(reading)
    for scale in scales:
        if scale.changes:
            yield Notice("info", f"{words.day_words(scale.day)}: {change_note(scale)[1]}")


def _closures(columns: Sequence[Column], zone: ZoneInfo) -> Iterator[tuple[date, str, int]]:
    """What is closed on each day in words, and in how many columns: said above the grid, where no visit hides it."""
    found: Counter[tuple[date, str]] = Counter()
    for column in columns:
        for closure in column.closures:
            when = closure.when.clip(column.interval) if column.interval else None
            if when:
                text = closure_words(closure, when, whole=when == column.interval, zone=zone)
                found[column.day, text] += 1
    for (day, text), count in found.items():
        yield day, text, count
