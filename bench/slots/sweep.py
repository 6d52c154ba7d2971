"""The loop by somebody who takes care: still aware datetimes, but one pass over sorted events instead of tries."""

import platform
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .contest import Contestant, datetimes_as_minutes, main
from .loop import Stretch, busy_of, local_days, shifts_of, stepped, window_of


def every(workload: dict[str, Any]) -> list[list[datetime]]:
    spec = workload["spec"]
    days, (begin, end) = local_days(spec), window_of(spec)
    length, step = timedelta(minutes=spec["duration_min"]), timedelta(minutes=spec["step_min"])
    rows = []
    for person in workload["clinicians"]:
        row: list[datetime] = []
        for start, stop in _gaps(list(shifts_of(person, days)), sorted(busy_of(person)), begin, end):
            row.extend(stepped(start, stop, length, step))
        rows.append(row)
    return rows


def _gaps(shifts: list[Stretch], busy: list[Stretch], at: datetime, end: datetime) -> Iterator[Stretch]:
    """The free stretches; `at` is how far the time is known to be taken, first the window's begin."""
    number = 0
    for opening, closing in shifts:
        at, closing = max(at, opening), min(closing, end)
        while number < len(busy) and busy[number][0] < closing:
            start, stop = busy[number]
            yield at, start
            at = max(at, stop)
            number += 1
        yield at, closing


CONTESTANT = Contestant("careful sweep of datetimes", platform.python_version(), every, datetimes_as_minutes)

if __name__ == "__main__":
    main(CONTESTANT)
