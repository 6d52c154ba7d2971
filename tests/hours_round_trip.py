"""From the form of weekly hours to records and on to real time, and back: the proof that nothing is lost on the way.

`python -m tests.hours_round_trip --patterns 1000` tries so many random weeks in 12 zones over two years, prints what
was compared, and exits with 1 where anything differs. Two claims for each number:

* a week that is typed comes out of the engine as the hours on the wall say, worked out here row by row;
* a record of others, however odd, opens and goes back unchanged, and an edit of one day touches that day alone.
"""

import argparse
import os
import random
import sys
import time as clock
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from multiprocessing import get_context
from uuid import UUID
from zoneinfo import ZoneInfo

import django

from scheduling.domain.hours import expand
from scheduling.domain.interval import Interval, merge
from scheduling.domain.work_hours import DayHours, RuleType, WorkHours
from scheduling.domain.zone import clock_reaches

ADA, RECORD = UUID(int=1), UUID(int=7)
ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2026, 3, 4), date(2028, 3, 3)
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Nuuk",
    "Europe/Berlin",
    "Europe/Lisbon",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
)
LATE = (time(23, 59), time(23, 59, 59), time(23, 59, 59, 999000))

Row = tuple[int, int, int]
"""Weekday, and start and end in minutes after its midnight; a night ends after 1440."""


# --- Weeks as they are typed


def typed_week(number: int) -> list[Row]:
    """A random week without overlaps, nights among it, as minutes of the whole week taken in order."""
    dice = random.Random(number)
    week = 7 * 1440
    borders = sorted(dice.sample(range(0, week, 15), 2 * dice.randint(0, 14)))
    offset = dice.choice((0, 0, 0, 7))  # times off the quarter hour as well
    rows = []
    for start, end in zip(borders[::2], borders[1::2], strict=True):
        if end - start < 1440:
            rows.append((start // 1440 + 1, start % 1440 + offset, start % 1440 + end - start + offset))
    return [row for row in rows if row[1] < 1440 and row[2] - row[1] < 1440]


def fields(rows: list[Row], **values: str) -> dict[str, str]:
    """What a browser sends for these rows."""
    told = {"intent": "x", "kind": "DEFAULT", "first": str(FIRST), "last": str(LAST), "name": "", "seen": ""} | values
    used: Counter[int] = Counter()
    for weekday, start, end in rows:
        name = f"d{weekday}-{used[weekday]}"
        used[weekday] += 1
        told |= {f"{name}-start": _clock(start), f"{name}-end": _clock(end)}
    return told


def _clock(minutes: int) -> str:
    shown = minutes if minutes <= 1440 else minutes - 1440
    return f"{shown // 60:02}:{shown % 60:02}"


@cache
def _instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """When the clock on the wall first shows so many minutes after the midnight of this day."""
    days, rest = divmod(minutes, 1440)
    return clock_reaches(day + days * ONE_DAY, time(rest // 60, rest % 60), zone)


def by_hand(rows: list[Row], zone: ZoneInfo, first: date, last: date) -> tuple[Interval, ...]:
    """The hours of the rows in real time; what falls outside the days does not count, be it half of a night."""
    found = []
    weekdays = {weekday: [row[1:] for row in rows if row[0] == weekday] for weekday in range(1, 8)}
    begin, end = _instant(first, 0, zone), _instant(last, 1440, zone)
    for ordinal in range(first.toordinal() - 1, last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        for start, stop in weekdays[day.isoweekday()]:
            real = max(begin, _instant(day, start, zone)), min(end, _instant(day, stop, zone))
            if real[0] < real[1]:
                found.append(Interval(*real))
    return merge(found)


def typed_differs(number: int, zone: ZoneInfo, last: date = LAST) -> str:
    """What is wrong between the typed week of this number and the engine; empty where nothing is."""
    from scheduling.web.forms.hours import WeekForm

    rows = typed_week(number)
    form = WeekForm(fields(rows, last=str(last)), desk=None)
    if not form.is_valid():
        return f"refused: {form.errors.as_text()}"
    record = WorkHours(RECORD, ADA, FIRST, last, form.day_hours())
    if expand([record], FIRST, last, zone).intervals != by_hand(rows, zone, FIRST, last):
        return "the engine has other hours than were typed"
    shown = WeekForm(desk=None, record=record)
    again = [(day.weekday, *span) for day in shown.days for span in day.spans]
    return "" if sorted(again) == sorted(joined(rows)) else f"shown as {again}"


def joined(rows: list[Row]) -> list[Row]:
    """As the form shows them: what touches at midnight reads as one night where that can be typed."""
    late = {weekday % 7 + 1: (weekday, start, end) for weekday, start, end in rows if end == 1440}
    shown, gone = [], set()
    for row in rows:
        before = late.get(row[0]) if row[1] == 0 and row[2] < 1440 else None
        if before and row[2] < before[1]:
            shown.append((before[0], before[1], 1440 + row[2]))
            gone |= {before, row}
    return [row for row in rows if row not in gone] + shown


# --- Records of others


def odd_record(number: int) -> WorkHours:
    """A record as real data has them: seconds, duplicates, overlaps, null times, hours that count for nothing."""
    dice = random.Random(number)
    days = []
    for weekday in range(1, 8):
        days += [_odd_entry(dice, weekday) for _ in range(dice.randint(0, 4))]
    days += [each for each in days if dice.random() < 0.1]
    dice.shuffle(days)
    last = dice.choice((None, LAST, FIRST.replace(year=FIRST.year + 50)))
    return WorkHours(
        id=RECORD,
        clinician_id=ADA,
        first=FIRST,
        last=last,
        days=tuple(days),
        rule=dice.choice((RuleType.DEFAULT, RuleType.OVERRIDE)) if last == LAST else RuleType.DEFAULT,
        name=dice.choice(("", "Evenings", "  spaced  ")).strip(),
        starts_at=datetime.fromisoformat("2026-03-04T13:37:11.123+00:00"),
    )


def _odd_entry(dice: random.Random, weekday: int) -> DayHours:
    kind = dice.random()
    if kind < 0.15:
        return DayHours(weekday, None, None)
    if kind < 0.3:
        return DayHours(weekday, time(dice.randint(18, 23), dice.choice((0, 30))), dice.choice(LATE))
    if kind < 0.45:
        return DayHours(weekday, time(0), time(dice.randint(1, 9), dice.choice((0, 15))))
    second = dice.choice((0, 0, 0, 30))
    return DayHours(weekday, time(dice.randint(0, 23), dice.randint(0, 59), second), time(dice.randint(0, 23), 30))


def odd_differs(number: int, zone: ZoneInfo, last: date = LAST) -> str:
    """What opening and saving the odd record of this number would change; empty where nothing."""
    from scheduling.services.hours_plan import draft_of, end_of, plan_edit
    from scheduling.web.forms.hours import WeekForm

    record = odd_record(number)
    shown = WeekForm(desk=None, record=record)
    rows = [(entry.weekday, entry.start, entry.end) for day in shown.days for entry in day.entries if not entry.empty]
    end = end_of(record)
    told = _as_sent(rows) | {"last": str(end) if end else "", "name": record.name}
    form = WeekForm(told, desk=None, record=record)
    if not form.is_valid():
        return f"refused: {form.errors.as_text()}"
    draft = replace(draft_of(record), days=form.day_hours(), last=form.last_day(), name=form.cleaned_data["name"])
    if draft.days != record.days or not plan_edit(record, draft, [record]).changes_nothing:
        return "something was changed"
    return _edit_differs(record, told, (zone, last), random.Random(number).randint(1, 7))


def _as_sent(rows: list[tuple[int, str, str]]) -> dict[str, str]:
    told, used = fields([]), Counter[int]()
    for weekday, start, end in rows:
        told |= {f"d{weekday}-{used[weekday]}-start": start, f"d{weekday}-{used[weekday]}-end": end}
        used[weekday] += 1
    return told


def _edit_differs(record: WorkHours, told: dict[str, str], where: tuple[ZoneInfo, date], weekday: int) -> str:
    """What an edit of one weekday changes elsewhere; its night, if it has one, takes its second half along."""
    from scheduling.web.forms.hours import WeekForm

    edited = {name: text for name, text in told.items() if not name.startswith(f"d{weekday}-")}
    nights = any(_is_night(told, f"d{weekday}-{n}") for n in range(20))
    form = WeekForm(edited | {f"d{weekday}-0-start": "10:00", f"d{weekday}-0-end": "10:45"}, desk=None, record=record)
    if not form.is_valid():
        return ""  # the new hours meet a night of the day before: the form says so
    touched = {weekday, weekday % 7 + 1} if nights else {weekday}
    if _by_day(record.days, touched) != _by_day(form.day_hours(), touched):
        return f"editing weekday {weekday} changed another one"
    return _elsewhere(record, replace(record, days=form.day_hours()), where, touched)


def _by_day(days: Iterable[DayHours], without: set[int]) -> list[DayHours]:
    return sorted((entry for entry in days if entry.day not in without), key=lambda entry: entry.day)


def _is_night(told: dict[str, str], name: str) -> bool:
    start, end = told.get(f"{name}-start", ""), told.get(f"{name}-end", "")
    return bool(start) and end < start


def _elsewhere(old: WorkHours, new: WorkHours, where: tuple[ZoneInfo, date], touched: set[int]) -> str:
    zone, last = where
    pairs = zip(expand([old], FIRST, last, zone).days, expand([new], FIRST, last, zone).days, strict=True)
    for before, after in pairs:
        if before.day.isoweekday() not in touched and before.intervals != after.intervals:
            return f"the hours of {before.day} are others now"
    return ""


# --- The full form


def try_zone(asked: tuple[str, int]) -> tuple[Counter[str], list[str]]:
    """Every typed week in one zone, and the records of others whose turn it is there."""
    name, patterns = asked
    zone, wrong, compared = ZoneInfo(name), [], Counter[str]()
    for number in range(patterns):
        told = {"typed": typed_differs(number, zone)}
        if ZONES[number % len(ZONES)] == name:
            told["of others"] = odd_differs(number, zone)
        compared.update(told.keys())
        wrong += [f"{kind} {number} in {name}: {text}" for kind, text in told.items() if text]
    return compared, wrong


def run(patterns: int) -> int:
    """Try all numbers in all zones, two zones at a time; the number of differences."""
    began, wrong, compared = clock.monotonic(), [], Counter[str]()
    with get_context("fork").Pool(2) as pool:
        for counted, found in pool.imap_unordered(try_zone, [(name, patterns) for name in ZONES]):
            compared += counted
            wrong += found
    lines = [f"weeks {kind}, each two years in one zone: {count:,}" for kind, count in compared.items()]
    lines += [f"{clock.monotonic() - began:.0f} s", f"differences {len(wrong)}", *wrong[:20]]
    print("\n".join(lines))  # noqa: T201
    return len(wrong)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hours_round_trip", description=__doc__)
    parser.add_argument("--patterns", type=int, default=1000, help="how many random weeks of each kind (1000)")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    return 1 if run(parser.parse_args().patterns) else 0


if __name__ == "__main__":
    sys.exit(main())
