"""The buttons of the days in the form of weekly hours: each changes what was typed, and saves nothing."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from scheduling.domain.pattern import DAY, WEEKDAYS, next_day, split
from scheduling.web.spans import Minutes, write_clock, write_span

from .hours import WeekForm
from .hours_days import Day, Entry, day_name

# copy-1-weekdays, off-5, split-3-0, remove-3-1: what, the weekday, and where or which row.
PRESS = re.compile(r"(copy|off|split|remove)-([1-7])(?:-(weekdays|all|chosen|\d{1,2}))?")
WORKING_DAYS = range(1, 6)


def pressed(form: WeekForm, data: Mapping[str, Any]) -> bool:
    """Do what the button `do` asks for with the days of the form; False where none was pressed or it is unknown."""
    found = PRESS.fullmatch(data.get("do", ""))
    if not found:
        return False
    what, day, rest = found.group(1), form.days[int(found.group(2)) - 1], found.group(3) or ""
    day.chosen = what
    if what == "off":
        _take_off(day)
    elif what == "copy":
        _copy(form, day, rest, data)
    else:
        _with_row(form, day, what, rest)
    return True


def _take_off(day: Day) -> None:
    day.fill(())
    day.told = _("Empty: a day off.")


def _copy(form: WeekForm, day: Day, where: str, data: Mapping[str, Any]) -> None:
    texts = [(entry.start, entry.end) for entry in day.entries if not entry.empty]
    targets = [weekday for weekday in _wanted(day, where, data) if weekday != day.weekday]
    for weekday in targets:
        form.days[weekday - 1].fill(texts)
    names = ", ".join(day_name(weekday) for weekday in targets)
    day.told = _("Copied to %(days)s.") % {"days": names} if targets else _("Choose the days to copy to first.")


def _wanted(day: Day, where: str, data: Mapping[str, Any]) -> list[int]:
    if where == "weekdays":
        return list(WORKING_DAYS)
    if where == "all":
        return list(WEEKDAYS)
    return [weekday for weekday in WEEKDAYS if f"to{day.weekday}-{weekday}" in data]


def _with_row(form: WeekForm, day: Day, what: str, number: str) -> None:
    row = next((entry for entry in day.entries if str(entry.number) == number), None)
    if row is None:
        return
    if what == "remove":
        kept = [(entry.start, entry.end) for entry in day.entries if entry is not row and not entry.empty]
        day.fill(kept)
    else:
        _split(form, day, row)


def _split(form: WeekForm, day: Day, row: Entry) -> None:
    parts = split(row.span) if row.span else None
    if row.span is None or parts is None:
        day.told = _("Only a readable interval of an hour and a half or more can be split.")
        return
    first, second = parts
    row.write(first)
    holder = day
    if second[0] >= DAY:
        holder, second = form.days[next_day(day.weekday) - 1], (second[0] - DAY, second[1] - DAY)
    _put(holder, second, row.number if holder is day else -1)
    day.told = _("Split into %(some)s and %(others)s.") % {"some": write_span(first), "others": write_span(second)}


def _put(day: Day, span: Minutes, behind: int) -> None:
    """A new row with this interval, behind the one with that number."""
    texts = [(entry.start, entry.end) for entry in day.entries]
    texts.insert(behind + 1, (write_clock(span[0]), write_clock(span[1])))
    filled = [pair for pair in texts if any(pair)]
    day.fill(filled)
    next(entry for entry in day.entries if entry.span == span).added = True
