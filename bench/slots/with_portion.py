"""portion: hours as one set of intervals, less the events as another."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

import portion

from .contest import Contestant, datetimes_as_minutes, main
from .loop import busy_of, local_days, shifts_of, stepped, window_of


def every(workload: dict[str, Any]) -> list[list[datetime]]:
    spec = workload["spec"]
    window = portion.closedopen(*window_of(spec))
    length, step = timedelta(minutes=spec["duration_min"]), timedelta(minutes=spec["step_min"])
    days = local_days(spec)
    rows = []
    for person in workload["clinicians"]:
        free = (_set(shifts_of(person, days)) & window) - _set(busy_of(person))
        rows.append([start for part in free for start in stepped(part.lower, part.upper, length, step)])
    return rows


def _set(stretches: Iterable[tuple[datetime, datetime]]) -> portion.Interval:
    """Many intervals at once: joining them one by one would take the square of the time."""
    return portion.Interval(*(portion.closedopen(start, end) for start, end in stretches))


CONTESTANT = Contestant("portion", version("portion"), every, datetimes_as_minutes)

if __name__ == "__main__":
    main(CONTESTANT)
