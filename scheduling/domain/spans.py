"""The algebra of time on plain pairs: what the engine computes with, and what `interval.py` wraps in a type.

A span is `(start, end)`, start included, end excluded. `Spans` are sorted and merged: they neither overlap nor touch.
Every operation takes and gives `Spans` and walks once over them, so that a year of one clinician is some microseconds
an operation. The pairs may hold any ordered values: whole seconds since 1970 in the engine, datetimes in `interval.py`.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from operator import itemgetter
from typing import TypeVar

Moment = TypeVar("Moment", int, datetime)
Spans = list[tuple[int, int]]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_SECONDS = 86_400
SECOND = timedelta(seconds=1)
_end_of = itemgetter(1)


def seconds(instant: datetime) -> int:
    """Whole seconds since 1970 of an aware time, rounded down."""
    since = instant - EPOCH
    return since.days * DAY_SECONDS + since.seconds


def seconds_up(instant: datetime) -> int:
    """As `seconds`, rounded up."""
    since = instant - EPOCH
    return since.days * DAY_SECONDS + since.seconds + (since.microseconds > 0)


def instant(at: int) -> datetime:
    """The UTC time of whole seconds since 1970."""
    return EPOCH + timedelta(0, at)


def length(duration: timedelta) -> int:
    """A duration in whole seconds, rounded up: a visit that lasts a moment longer needs the next second too."""
    return -(-duration // SECOND)


def pack(spans: Iterable[tuple[int, int]]) -> "array[int]":
    """Spans of seconds as one flat array, an eighth of their size; for what is remembered."""
    return array("q", chain.from_iterable(spans))


def unpack(packed: "array[int]") -> Spans:
    """The spans that `pack` made flat."""
    numbers = iter(packed)
    return list(zip(numbers, numbers, strict=True))


def merge(spans: Iterable[tuple[Moment, Moment]]) -> list[tuple[Moment, Moment]]:
    """The same time as the fewest spans. Takes them in any order, overlapping or not."""
    ordered = sorted(spans)
    if not ordered:
        return []
    merged: list[tuple[Moment, Moment]] = []
    start, end = ordered[0]
    for next_start, next_end in ordered:
        if next_start > end:
            merged.append((start, end))
            start, end = next_start, next_end
        elif next_end > end:
            end = next_end
    merged.append((start, end))
    return merged


def union(*many: Iterable[tuple[Moment, Moment]]) -> list[tuple[Moment, Moment]]:
    """The time that lies in any of them."""
    return merge(chain.from_iterable(many))


def intersect(
    some: Sequence[tuple[Moment, Moment]], others: Sequence[tuple[Moment, Moment]]
) -> list[tuple[Moment, Moment]]:
    """The time that lies in both."""
    common: list[tuple[Moment, Moment]] = []
    i = j = 0
    while i < len(some) and j < len(others):
        start, end = some[i]
        other_start, other_end = others[j]
        low = max(start, other_start)
        if end <= other_end:
            high = end
            i += 1
        else:
            high = other_end
            j += 1
        if low < high:
            common.append((low, high))
    return common


def subtract(
    some: Sequence[tuple[Moment, Moment]], holes: Sequence[tuple[Moment, Moment]]
) -> list[tuple[Moment, Moment]]:
    """The time of `some` that lies in none of `holes`; those need only be sorted, and may overlap."""
    left: list[tuple[Moment, Moment]] = []
    n, count = 0, len(holes)
    for span_start, end in some:
        start = span_start
        while n < count:
            hole_start, hole_end = holes[n]
            if hole_start >= end:
                break
            if hole_start > start:
                left.append((start, hole_start))
            if hole_end > start:
                start = hole_end
                if start >= end:
                    break  # this hole may reach into the next span
            n += 1
        if start < end:
            left.append((start, end))
    return left


def clip(spans: list[tuple[Moment, Moment]], window: tuple[Moment, Moment]) -> list[tuple[Moment, Moment]]:
    """The parts inside the window."""
    low, high = window
    if not spans or (low <= spans[0][0] and spans[-1][1] <= high):
        return spans
    first = bisect_right(spans, low, key=_end_of)
    last = bisect_left(spans, (high, high), first)
    if first == last:
        return []
    inside = spans[first:last]
    inside[0] = (max(inside[0][0], low), inside[0][1])
    inside[-1] = (inside[-1][0], min(inside[-1][1], high))
    return inside


def widen(spans: Iterable[tuple[int, int]], before: int, after: int) -> Spans:
    """Each span made longer by seconds at its start and its end; what then overlaps or touches is merged."""
    return merge((start - before, end + after) for start, end in spans)


def total(spans: Iterable[tuple[int, int]]) -> int:
    """How many seconds the spans last together."""
    return sum(end - start for start, end in spans)
