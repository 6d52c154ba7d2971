"""What every contestant must answer, found the slow way: minute by minute, with no arithmetic on stretches at all.

Each minute of UTC is shown on the local clock (the floor and the engine go the other way, from the clock to UTC) and
asked: is it worked, and is an event on? A start is free when it shows a multiple of the step and so are the
minutes from it to the end of the visit.
"""

import heapq
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from .contest import LIMIT, Pairs

MINUTE = timedelta(minutes=1)
Shifts = tuple[tuple[int, int, int], ...]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def answers(workload: dict[str, Any], length: int | None = None) -> list[list[int]]:
    """For each clinician the free starts as UTC minutes since 1970; `length` in minutes, else the workload's."""
    spec = workload["spec"]
    begin, end = instant(spec["window_start"]), instant(spec["window_end"])
    return [
        _starts(person, begin, end, length or spec["duration_min"], spec["step_min"]) for person in people(workload)
    ]


def people(workload: dict[str, Any]) -> list[dict[str, Any]]:
    return list(workload["clinicians"])


def _starts(person: dict[str, Any], begin: datetime, end: datetime, length: int, step: int) -> list[int]:
    free = bytearray(_worked(person["tz"], tuple(map(tuple, person["shifts"])), begin, end))
    for start, stop in person["busy"]:
        first, last = (max(0, (instant(text) - begin) // MINUTE) for text in (start, stop))
        free[first:last] = bytes(len(free[first:last]))
    zero, visit = int(begin.timestamp()) // 60, b"\1" * length
    return [zero + n for n in range(-zero % step, len(free), step) if free[n : n + length] == visit]


@cache
def _worked(zone: str, shifts: Shifts, begin: datetime, end: datetime) -> bytes:
    """A byte for each minute between the two instants: 1 where the local clock shows a time that is worked."""
    return bytes(
        any(weekday == day and opens <= minute < closes for day, opens, closes in shifts)
        for weekday, minute in _shown(zone, begin, end)
    )


@cache
def _shown(zone: str, begin: datetime, end: datetime) -> tuple[tuple[int, int], ...]:
    """For each minute between the two instants what the clock shows: ISO weekday and minute of the day."""
    minutes = (begin + n * MINUTE for n in range((end - begin) // MINUTE))
    shown = (minute.astimezone(ZoneInfo(zone)) for minute in minutes)
    return tuple((local.isoweekday(), local.hour * 60 + local.minute) for local in shown)


def pairs(rows: Sequence[Sequence[int]]) -> Pairs:
    """All answers in the order of `all`: by clinician, then by time."""
    return [(number, minute) for number, row in enumerate(rows) for minute in row]


def earliest(rows: Sequence[Sequence[int]]) -> Pairs:
    """The answers in the order of `first20`: by time, then by clinician."""
    by_time = chain.from_iterable(((minute, number) for minute in row) for number, row in enumerate(rows))
    return [(number, minute) for minute, number in heapq.nsmallest(LIMIT, by_time)]


def since(rows: Sequence[Sequence[int]], begin: datetime) -> list[list[int]]:
    """The answers to the same search if it begins then: what is free does not hang on when somebody asks."""
    first = int(begin.timestamp()) / 60
    return [[minute for minute in row if minute >= first] for row in rows]


def differing(some: Pairs, others: Pairs) -> int:
    """How many slots are in one of the two answers only."""
    return len(set(some) ^ set(others))
