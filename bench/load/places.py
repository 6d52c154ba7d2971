"""Times at which the clinic of a run works: from nine to five in New York, on weekdays from next week on."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
OPEN, CLOSE, HALF_HOUR = 9, 17, 30
# The hours of the clinic of a run go so far ahead (tests/clinic_fixture.py).
WEEKS = 48


def first_monday() -> date:
    today = datetime.now(NEW_YORK).date()
    return today + timedelta(days=7 - today.weekday())


def at(minutes: int, day: int = 0) -> str:
    """So many minutes after the opening, on the so-manieth working day, as an instant."""
    date_ = first_monday() + timedelta(weeks=day // 5, days=day % 5)
    wall = datetime.combine(date_, time(OPEN + minutes // 60, minutes % 60), NEW_YORK)
    return wall.astimezone(UTC).isoformat()


def half_hours() -> Iterator[str]:
    """One half hour after the other, each of its own."""
    for day in count():
        if day >= 5 * WEEKS:
            raise ValueError("the clinic's hours end here")
        for minutes in range(0, (CLOSE - OPEN) * 60, HALF_HOUR):
            yield at(minutes, day)


def crowded(number: int, seed: int, days: int) -> list[tuple[str, int]]:
    """So many places (start, minutes) that overlap one another, on so many working days."""
    chance, found = random.Random(seed), []
    for _ in range(number):
        minutes = chance.choice((15, 30, 45, 60))
        begun = 15 * chance.randrange(((CLOSE - OPEN) * 60 - minutes) // 15 + 1)
        found.append((at(begun, chance.randrange(days)), minutes))
    return found
