"""The clinic that the benchmarks measure on, made up from a seed: `python -m bench.workload --clinicians 10`.

Four weeks from Monday 19 October 2026, six zones that leave summer time on two different Sundays inside them, split
shifts, and 25 events a clinician and week, some of them on top of one another or outside the hours. The numbers hang
on (seed, clinician, week) only, so that ten clinicians are the first ten of a thousand. Flavours: `plain` keeps to
quarter hours, `ragged` moves a fifth of the events off them, `edge` lets every tenth clinician work through the
Sunday night in which an hour comes twice.
"""

import argparse
import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

Flavour = Literal["plain", "ragged", "edge"]
Shift = tuple[int, int, int]  # ISO weekday, first and last minute on the local clock
Picked = TypeVar("Picked")

FLAVOURS: tuple[Flavour, ...] = ("plain", "ragged", "edge")
SEED = 20261019
FIRST_DAY = date(2026, 10, 19)
WEEKS = 4
EVENTS_A_WEEK = 25
TRIES = 12  # to find an event a place of its own
LENGTH, STEP = 30, 15  # minutes
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "Europe/London",
)
LENGTHS_OF_VISITS = (15, 30, 30, 30, 45, 45, 60, 60)
NIGHT_SHIFT: Shift = (7, 0, 6 * 60)


def _split(days: str, *parts: tuple[int, int]) -> tuple[Shift, ...]:
    return tuple((int(day), first, last) for day in days for first, last in parts)


# How many of ten clinicians work so, and when.
PATTERNS = (
    (6, _split("12345", (540, 720), (780, 1020))),
    (2, _split("1234", (480, 720), (780, 1080))),
    (1, _split("23456", (600, 840), (900, 1140))),
    (1, _split("34567", (450, 690), (735, 900))),
)


class Chance:
    """A row of random numbers that belongs to a key: the same on every Python, because only `random()` is used."""

    def __init__(self, *key: object) -> None:
        seed = hashlib.sha256(repr(key).encode()).digest()[:8]
        self._next = random.Random(int.from_bytes(seed, "big")).random

    def below(self, limit: int) -> int:
        return int(self._next() * limit)

    def one_of(self, choices: Sequence[Picked]) -> Picked:
        return choices[self.below(len(choices))]

    def pattern(self) -> tuple[Shift, ...]:
        """One of the patterns, by their weights."""
        left = self._next() * sum(weight for weight, _ in PATTERNS)
        for weight, shifts in PATTERNS:
            left -= weight
            if left < 0:
                return shifts
        return PATTERNS[-1][1]

    def skip(self, count: int) -> None:
        """Draw and forget."""
        for _ in range(count):
            self._next()


@dataclass(frozen=True)
class Busy:
    """An event in UTC and what it is (the API's word)."""

    start: datetime
    end: datetime
    kind: str


@dataclass(frozen=True)
class Person:
    """One clinician: zone, shifts of every week, and events by their start."""

    zone: str
    shifts: tuple[Shift, ...]
    busy: tuple[Busy, ...]


def clinician(index: int, flavour: Flavour = "plain", weeks: int = WEEKS) -> Person:
    """The clinician of this number, the same in every workload that has one of that number."""
    shifts = PATTERNS[0][1] if index == 0 else Chance(SEED, "clinician", index).pattern()
    if flavour == "edge" and index % 10 == 3:
        shifts = (NIGHT_SHIFT, *shifts)
    zone = ZONES[index % len(ZONES)]
    busy = [event for week in range(weeks) for event in _week(index, week, shifts, ZoneInfo(zone), flavour)]
    return Person(zone, tuple(sorted(shifts)), tuple(sorted(busy, key=lambda event: (event.start, event.end))))


def _week(index: int, week: int, shifts: Sequence[Shift], zone: ZoneInfo, flavour: Flavour) -> list[Busy]:
    chance = Chance(SEED, "week", index, week)
    taken: list[Shift] = []
    events = []
    for number in range(EVENTS_A_WEEK):
        kind, length = _kind(number, chance)
        day, first, last = place = _place(number, length, shifts, taken, chance, ragged=flavour == "ragged")
        taken.append(place)
        local_day = FIRST_DAY + timedelta(days=7 * week + day - 1)
        start = (datetime(*local_day.timetuple()[:3]) + timedelta(minutes=first)).replace(tzinfo=zone).astimezone(UTC)
        events.append(Busy(start, start + timedelta(minutes=last - first), kind))
        # Id, title (leave has none to draw), two names, the patient's id and the mode: no slot hangs on them.
        chance.skip(5 if kind == "LEAVE" else 6)
    return events


def _kind(number: int, chance: Chance) -> tuple[str, int]:
    """The type of a week's event of this number, and its minutes."""
    if number == 0:
        return "LEAVE", 180
    if number <= 2:
        return "GROUP_THERAPY", 90
    return "APPOINTMENT", chance.one_of(LENGTHS_OF_VISITS)


def _place(
    number: int, length: int, shifts: Sequence[Shift], taken: Sequence[Shift], chance: Chance, *, ragged: bool
) -> Shift:
    """Where an event lies: free where one of some tries is, else on top of another."""
    for _ in range(TRIES):
        if number >= 3 and number % 12 == 0:  # a private one, early in the morning of any day
            day, first = 1 + chance.below(7), 15 * (24 + chance.below(4))
        else:
            day, begin, end = chance.one_of(shifts)
            first = begin + 15 * chance.below(max(1, (end - begin - length) // 15 + 1))
        if ragged and number % 5 == 4:
            first += 5 * chance.below(3)
        if all(day != other or first >= stop or first + length <= start for other, start, stop in taken):
            break
    return day, first, first + length


def slots_shape(clinicians: int, flavour: Flavour = "plain", weeks: int = WEEKS) -> dict[str, Any]:
    """What a search for free time needs, as it would come over a wire: times are text in UTC."""
    return _shape([clinician(index, flavour, weeks) for index in range(clinicians)], flavour, weeks)


def contest_shape(clinicians: int, flavour: Flavour = "plain", weeks: int = WEEKS) -> dict[str, Any]:
    """`slots_shape` and, under `kinds`, the type of each clinician's events in the order of `busy`."""
    people = [clinician(index, flavour, weeks) for index in range(clinicians)]
    return {**_shape(people, flavour, weeks), "kinds": [[event.kind for event in person.busy] for person in people]}


def _shape(people: Sequence[Person], flavour: Flavour, weeks: int) -> dict[str, Any]:
    after = FIRST_DAY + timedelta(days=7 * weeks)
    return {
        "spec": {
            "window_start": f"{FIRST_DAY}T00:00:00Z",
            "window_end": f"{after}T00:00:00Z",
            "first_local_date": str(FIRST_DAY),
            "last_local_date": str(after - timedelta(days=1)),
            "duration_min": LENGTH,
            "step_min": STEP,
            "ragged": flavour == "ragged",
        },
        "clinicians": [
            {
                "tz": person.zone,
                "shifts": [list(shift) for shift in person.shifts],
                "busy": [[_text(event.start), _text(event.end)] for event in person.busy],
            }
            for person in people
        ],
    }


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def fingerprint(shape: dict[str, Any]) -> str:
    """Sixteen hex digits that stand for a workload: the SHA-256 of its compact JSON with sorted keys."""
    text = json.dumps(shape, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clinicians", type=int, default=10)
    parser.add_argument("--flavour", choices=FLAVOURS, default="plain")
    wanted = parser.parse_args()
    print(json.dumps(contest_shape(wanted.clinicians, wanted.flavour), separators=(",", ":")))


if __name__ == "__main__":
    main()
