"""The engine of Daybook, `scheduling.domain`: timed from work hours and events as values to the starts.

Nothing is kept from one repeat to the next: timetables are made anew and the engine's caches are emptied, because the
floor looks up its offsets anew each time as well.
"""

import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.domain.event import Event, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.slots import Clinic, Request, find, starts
from scheduling.domain.timetable import Timetable
from scheduling.domain.work_hours import DayHours, WorkHours

from .contest import LIMIT, OFFICE_HOURS, SECOND_LENGTH, Contestant, main, seconds_as_minutes

LONG_AGO = date(2026, 1, 1)
PATIENTS, EVENTS, RECORDS = 10**6, 10**7, 10**8  # where the numbers of each kind begin in a UUID


@dataclass(frozen=True)
class Known:
    """One clinician as domain values."""

    id: UUID
    zone: ZoneInfo
    records: tuple[WorkHours, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Asked:
    """A workload as domain values."""

    window: Interval
    length: timedelta
    step: timedelta
    people: tuple[Known, ...]


def load(workload: dict[str, Any]) -> Asked:
    spec = workload["spec"]
    rows = zip(workload["clinicians"], workload["kinds"], strict=True)
    return Asked(
        window=Interval(*(datetime.fromisoformat(spec[f"window_{edge}"]) for edge in ("start", "end"))),
        length=timedelta(minutes=spec["duration_min"]),
        step=timedelta(minutes=spec["step_min"]),
        people=tuple(_known(number, row, kinds) for number, (row, kinds) in enumerate(rows)),
    )


def _known(number: int, row: dict[str, Any], kinds: Sequence[str]) -> Known:
    clinician = UUID(int=number)
    days = tuple(DayHours(day, _clock(opens), _clock(closes)) for day, opens, closes in row["shifts"])
    record = WorkHours(UUID(int=RECORDS + number), clinician, LONG_AGO, None, days)
    events = tuple(
        _event(number * 1000 + place, clinician, start, end, kind)
        for place, ((start, end), kind) in enumerate(zip(row["busy"], kinds, strict=True))
    )
    return Known(clinician, ZoneInfo(row["tz"]), (record,), events)


def _clock(minute: int) -> time:
    return time(*divmod(minute, 60))


def _event(number: int, clinician: UUID, start: str, end: str, kind: str) -> Event:
    """As the API would give it: the host, and a patient where it is no leave."""
    when = Interval(datetime.fromisoformat(start), datetime.fromisoformat(end))
    people = [Participant(clinician, "psm")]
    if kind != "LEAVE":
        people.append(Participant(UUID(int=PATIENTS + number), "patient"))
    return Event(UUID(int=EVENTS + number), when, clinician, tuple(people), type=kind, status="SCHEDULED")


def clinic(asked: Asked) -> Clinic:
    tables = [Timetable(known.id, known.zone, asked.window, known.records, known.events) for known in asked.people]
    return Clinic(tables, zone=ZoneInfo("UTC"))


def every(asked: Asked) -> Sequence[Sequence[int]]:
    return starts(clinic(asked), Request(asked.window, asked.length, step=asked.step))


def first(asked: Asked) -> list[tuple[int, int]]:
    return _search(clinic(asked), asked, asked.length)


def opened(asked: Asked) -> tuple[Clinic, Asked]:
    """What the first search leaves."""
    loaded = clinic(asked)
    _search(loaded, asked, asked.length)
    return loaded, asked


def again(loaded: tuple[Clinic, Asked]) -> list[tuple[int, int]]:
    """Another length, so that no answer of the first search is of use: only the loaded time is."""
    return _search(*loaded, timedelta(minutes=SECOND_LENGTH))


def later(asked: Asked) -> Asked:
    return replace(asked, window=Interval(OFFICE_HOURS, asked.window.end))


def _search(loaded: Clinic, asked: Asked, length: timedelta) -> list[tuple[int, int]]:
    page = find(loaded, Request(asked.window, length, step=asked.step), limit=LIMIT)
    return [(_seconds(slot.when.start), slot.clinician_ids[0].int) for slot in page.slots]


def _seconds(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp())


def forget() -> None:
    """Empty every `functools` cache in the domain: those of functions, and those of methods."""
    for name, module in list(sys.modules.items()):
        if name.startswith("scheduling.domain"):
            classes = [value for value in vars(module).values() if isinstance(value, type)]
            for value in [value for owner in (module, *classes) for value in vars(owner).values()]:
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


CONTESTANT = Contestant(
    "Daybook",
    platform.python_version(),
    every,
    seconds_as_minutes,
    load=load,
    first=first,
    open=opened,
    again=again,
    later=later,
    forget=forget,
)

if __name__ == "__main__":
    main(CONTESTANT)
