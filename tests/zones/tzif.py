"""What a file of the zone database says, read apart from `zoneinfo` and from the domain (the format is RFC 9636).

Only the offsets and the instants at which they change are read; names and the mark of summer time say nothing here.
"""

import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import pairwise

# The years of the proof, both inclusive, and the margin in which a walk may look around a change.
FIRST_YEAR, LAST_YEAR = 2020, 2037
MARGIN = 1
HEADER = struct.Struct(">4s c 15x 6L")
LONG_AGO = -(2**62)
NAME = r"(?:<[^>]+>|[A-Za-z]{3,})"
TIME = r"[+-]?\d{1,3}(?::\d\d){0,2}"
POSIX = re.compile(rf"{NAME}({TIME})(?:{NAME}({TIME})?,([^,/]+)(?:/({TIME}))?,([^,/]+)(?:/({TIME}))?)?")
DAY = 24 * 3600
# 52 weeks, so that it is the same weekday; and what is too near to a change to be quiet.
YEAR, NEAR = 364 * DAY, 10 * DAY
# A night of a change in Europe and one in America.
NEVER_CHANGED = tuple(int(datetime(2026, *at, tzinfo=UTC).timestamp()) for at in ((3, 29, 1), (11, 1, 6)))


@dataclass(frozen=True, slots=True)
class Change:
    """The clock changes at this instant (seconds since 1970 UTC) from one offset to another (seconds east)."""

    at: int
    before: int
    after: int

    @property
    def by(self) -> int:
        return self.after - self.before

    def __str__(self) -> str:
        return (
            f"{datetime.fromtimestamp(self.at, UTC):%Y-%m-%d %H:%MZ} {self.before // 60:+} -> {self.after // 60:+} min"
        )


@dataclass(frozen=True)
class Clock:
    """The offset of a zone and its changes in the years of the proof, with a margin of a year on either side.

    Two zones with equal clocks show the same time at every instant of these years.
    """

    first_offset: int
    all_changes: tuple[Change, ...]

    @cached_property
    def _instants(self) -> tuple[int, ...]:
        return tuple(change.at for change in self.all_changes)

    def offset(self, instant: int) -> int:
        """Seconds east of UTC at this instant."""
        position = bisect_right(self._instants, instant)
        return self.all_changes[position - 1].after if position else self.first_offset

    @cached_property
    def quiet(self) -> tuple[Change, ...]:
        """Instants at which the clock runs on, as changes of nothing: a year after the one it changed at, where it no
        longer does (Mexico after 2022, a Ramadan that moved on), and two of a zone that never changes."""
        if not self.changes:
            return tuple(Change(at, self.offset(at), self.offset(at)) for at in NEVER_CHANGED)
        later = (change.at + YEAR for change in self.changes if change.at + YEAR < year_start(LAST_YEAR + 1))
        return tuple(Change(at, self.offset(at), self.offset(at)) for at in later if not self._changes_near(at))

    def _changes_near(self, instant: int) -> bool:
        return any(abs(instant - at) < NEAR for at in self._instants)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes inside the years of the proof."""
        return tuple(
            change for change in self.all_changes if year_start(FIRST_YEAR) <= change.at < year_start(LAST_YEAR + 1)
        )


def year_start(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


def read(data: bytes) -> Clock:
    """The clock of a TZif file. Raises ValueError for anything else."""
    steps, footer = _steps(data)
    begin, end = year_start(FIRST_YEAR - MARGIN), year_start(LAST_YEAR + 1 + MARGIN)
    steps += [step for step in by_rule(footer) if step[0] > steps[-1][0]]
    first = [offset for at, offset in steps if at <= begin][-1]
    rest = [(at, offset) for at, offset in steps if begin < at < end]
    pairs = pairwise([(LONG_AGO, first), *rest])
    return Clock(first, tuple(Change(at, old, new) for (_, old), (at, new) in pairs if old != new))


def _steps(data: bytes) -> tuple[list[tuple[int, int]], str]:
    """Each instant and the offset from then on, the first of them long ago; and the rule for the time after them."""
    magic, version, *counts = HEADER.unpack_from(data)
    if magic != b"TZif" or version < b"2":
        raise ValueError("not a TZif file of version 2 or later")
    start = HEADER.size + _length(counts, 4)
    _, _, *counts = HEADER.unpack_from(data, start)
    start += HEADER.size
    _, _, _, times, types, _ = counts
    instants = struct.unpack_from(f">{times}q", data, start)
    kinds = data[start + 8 * times : start + 9 * times]
    offsets = [struct.unpack_from(">l", data, start + 9 * times + 6 * kind)[0] for kind in range(types)]
    footer = data[start + _length(counts, 8) :].decode("ascii").strip("\n")
    return [(LONG_AGO, offsets[0]), *zip(instants, (offsets[kind] for kind in kinds), strict=True)], footer


def _length(counts: list[int], width: int) -> int:
    """The bytes of a block whose instants have this width."""
    utc, standard, leaps, times, types, characters = counts
    return times * (width + 1) + types * 6 + characters + leaps * (width + 4) + standard + utc


def by_rule(footer: str) -> Iterator[tuple[int, int]]:
    """The instants and offsets that the rule of a footer like `EST5EDT,M3.2.0,M11.1.0` gives, in order."""
    if not footer:
        return
    match = POSIX.fullmatch(footer)
    if not match:
        raise ValueError(f"not a rule of POSIX: {footer!r}")
    standard, summer, begins, begins_at, ends, ends_at = match.groups()
    winter_offset = -_seconds(standard)
    if not begins:
        return
    summer_offset = -_seconds(summer) if summer else winter_offset + 3600
    steps = []
    for year in range(FIRST_YEAR - MARGIN - 1, LAST_YEAR + MARGIN + 2):
        steps.append((_midnight(begins, year) + _seconds(begins_at or "2") - winter_offset, summer_offset))
        steps.append((_midnight(ends, year) + _seconds(ends_at or "2") - summer_offset, winter_offset))
    yield from sorted(steps)


def _seconds(text: str) -> int:
    """The seconds of "2", "-1" or "24:00:00"."""
    hours, minutes, seconds = (*(int(part) for part in text.lstrip("+-").split(":")), 0, 0)[:3]
    return (hours * 3600 + minutes * 60 + seconds) * (-1 if text.startswith("-") else 1)


def _midnight(rule: str, year: int) -> int:
    """The local midnight of the day of a rule, as if the zone were UTC."""
    return (_day(rule, year) - date(1970, 1, 1)).days * DAY


def _day(rule: str, year: int) -> date:
    """`M3.2.0` is the second Sunday of March, 5 the last; `J60` is 1 March in every year; `59` counts 29 February."""
    if rule.startswith("M"):
        month, nth, weekday = (int(part) for part in rule[1:].split("."))
        days = [date(year, month, 1) + timedelta(days=n) for n in range(31)]
        return [day for day in days if day.month == month and day.isoweekday() % 7 == weekday][:nth][-1]
    if rule.startswith("J"):
        plain = date(2019, 1, 1) + timedelta(days=int(rule[1:]) - 1)
        return plain.replace(year=year)
    return date(year, 1, 1) + timedelta(days=int(rule))
