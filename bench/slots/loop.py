"""The twenty lines that anybody writes: aware datetimes, step after step, each tried against the events of its day."""

import platform
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .contest import Contestant, datetimes_as_minutes, main

ZERO = datetime(1970, 1, 1, tzinfo=UTC)
Stretch = tuple[datetime, datetime]


def every(workload: dict[str, Any]) -> list[list[datetime]]:
    spec = workload["spec"]
    (begin, end), days = window_of(spec), local_days(spec)
    length, step = timedelta(minutes=spec["duration_min"]), timedelta(minutes=spec["step_min"])
    rows = []
    for person in workload["clinicians"]:
        busy = sorted(busy_of(person))
        row: list[datetime] = []
        for opening, closing in shifts_of(person, days):
            near = [event for event in busy if event[0] < closing and event[1] > opening]
            row += [
                start
                for start in stepped(max(opening, begin), min(closing, end), length, step)
                if not any(start < stop and start + length > first for first, stop in near)
            ]
        rows.append(row)
    return rows


def window_of(spec: dict[str, Any]) -> Stretch:
    return datetime.fromisoformat(spec["window_start"]), datetime.fromisoformat(spec["window_end"])


def local_days(spec: dict[str, Any]) -> list[date]:
    """The dates whose shifts may lie in the window: one more on either side, for the zones."""
    first, last = (date.fromisoformat(spec[f"{edge}_local_date"]) for edge in ("first", "last"))
    return [first + timedelta(days=n) for n in range(-1, (last - first).days + 2)]


def shifts_of(person: dict[str, Any], days: list[date]) -> Iterator[Stretch]:
    """The shifts of a clinician on these dates in UTC, in order."""
    zone = ZoneInfo(person["tz"])
    for day in days:
        for weekday, opens, closes in person["shifts"]:
            if weekday == day.isoweekday():
                yield _utc(day, opens, zone), _utc(day, closes, zone)


def _utc(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(*divmod(minute, 60)), zone).astimezone(UTC)


def busy_of(person: dict[str, Any]) -> Iterator[Stretch]:
    for start, stop in person["busy"]:
        yield datetime.fromisoformat(start), datetime.fromisoformat(stop)


def stepped(start: datetime, end: datetime, length: timedelta, step: timedelta) -> Iterator[datetime]:
    """The starts of visits that fit between two times, on whole steps."""
    start += (ZERO - start) % step
    while start + length <= end:
        yield start
        start += step


CONTESTANT = Contestant("loop over datetimes", platform.python_version(), every, datetimes_as_minutes)

if __name__ == "__main__":
    main(CONTESTANT)
