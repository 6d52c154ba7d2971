"""The floor: plain Python on whole minutes, one sweep over sorted events, each zone's offsets asked once per wall time.

No search written in plain Python can do much less than this: read a time, compare, step. It starts from text.
"""

import heapq
import platform
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from .contest import EPOCH, LIMIT, SECOND_LENGTH, Contestant, in_office_hours, main, same

MONDAY = 3  # days from a Monday to 1 January 1970, a Thursday


class Minutes(dict[str, int]):
    """The minute at which a date begins in UTC, by its text."""

    def __missing__(self, day: str) -> int:
        minute = self[day] = (date.fromisoformat(day).toordinal() - EPOCH) * 1440
        return minute


class Instants(dict[tuple[str, int, int], int]):
    """The UTC minute of (zone, day since 1970, minute of the local clock)."""

    def __missing__(self, key: tuple[str, int, int]) -> int:
        zone, day, minute = key
        shown = datetime.fromordinal(day + EPOCH) + timedelta(minutes=minute)
        offset = ZoneInfo(zone).utcoffset(shown) or timedelta()
        instant = self[key] = day * 1440 + minute - int(offset.total_seconds()) // 60
        return instant


class Search:
    """One search: the request as numbers, and what has been looked up so far."""

    def __init__(self, workload: dict[str, Any], length: int | None = None) -> None:
        spec = workload["spec"]
        self.days_of: Minutes = Minutes()
        self.instants: Instants = Instants()
        self.never = [spec["window_end"]] * 2
        self.begin, self.end = self.minute(spec["window_start"]), self.minute(spec["window_end"])
        first, last = (self.days_of[spec[f"{name}_local_date"]] // 1440 for name in ("first", "last"))
        self.days = range(first - 1, last + 2)
        self.length, self.step = length or spec["duration_min"], spec["step_min"]

    def minute(self, text: str) -> int:
        return self.days_of[text[:10]] + int(text[11:13]) * 60 + int(text[14:16])

    def gaps(self, clinician: dict[str, Any]) -> Iterator[tuple[int, int]]:
        """The free stretches of one clinician, in order; `at` is how far the time is known to be taken."""
        hours: dict[int, list[tuple[int, int]]] = {}
        for weekday, opens, closes in clinician["shifts"]:
            hours.setdefault(weekday, []).append((opens, closes))
        zone, instants, minute = clinician["tz"], self.instants, self.minute
        at, end = self.begin, self.end
        # ISO text sorts as time does, and each is read when it is needed; after the last event comes the window's end.
        events = iter([*sorted(clinician["busy"]), self.never])
        begins, ends = next(events)
        start = minute(begins)
        for day in self.days:
            for opens, closes in hours.get((day + MONDAY) % 7 + 1, ()):
                opening, closing = instants[zone, day, opens], instants[zone, day, closes]
                if closing > end:
                    closing = end
                if at < opening:
                    at = opening
                while start < closing:
                    if start > at:
                        yield at, start
                    stop = minute(ends)
                    if stop > at:
                        at = stop
                    begins, ends = next(events)
                    start = minute(begins)
                if at < closing:
                    yield at, closing


def every(workload: dict[str, Any]) -> list[list[int]]:
    search = Search(workload)
    last, step = search.length - 1, search.step
    rows = []
    for clinician in workload["clinicians"]:
        row: list[int] = []
        for begin, end in search.gaps(clinician):
            row.extend(range(-(-begin // step) * step, end - last, step))
        rows.append(row)
    return rows


def earliest(workload: dict[str, Any], length: int | None = None) -> list[tuple[int, int]]:
    """The twenty earliest: a merge that reads of everybody no more than it needs."""
    search = Search(workload, length)
    last, step = search.length - 1, search.step

    def stream(number: int, clinician: dict[str, Any]) -> Iterator[tuple[int, int]]:
        for begin, end in search.gaps(clinician):
            for start in range(-(-begin // step) * step, end - last, step):
                yield start, number

    merged = heapq.merge(*(stream(number, clinician) for number, clinician in enumerate(workload["clinicians"])))
    return list(islice(merged, LIMIT))


def again(workload: dict[str, Any]) -> list[tuple[int, int]]:
    """Another length; the floor keeps nothing between two searches."""
    return earliest(workload, SECOND_LENGTH)


CONTESTANT = Contestant(
    "floor: plain Python",
    platform.python_version(),
    every,
    minutes=list,
    first=earliest,
    open=same,
    again=again,
    later=in_office_hours,
)

if __name__ == "__main__":
    main(CONTESTANT)
