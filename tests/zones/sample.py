"""The short form of the proof: a few changes of every kind, the same ones on every run."""

from collections.abc import Iterator

from .places import Place, apart, places
from .tzif import DAY, Change, year_start

# Zones that are unlike the others, and the years in which each change of theirs is tried.
TELLING = {
    "Africa/Casablanca": (2024, 2026),  # the clock goes back for Ramadan
    "Africa/El_Aaiun": (2025, 2025),
    "Africa/Cairo": (2023, 2023),  # summer time again, on a Friday at midnight
    "Africa/Juba": (2021, 2021),  # back over a midnight that ends a week and a month
    "America/Asuncion": (2024, 2024),  # stays on summer time
    "America/Havana": (2026, 2026),  # the hour after midnight is missing, or there twice
    "America/Mexico_City": (2022, 2022),  # the last changes
    "America/Nuuk": (2023, 2024),  # another offset, then a jump that leads to midnight
    "America/Santiago": (2026, 2026),
    "America/St_Johns": (2026, 2026),
    "America/Vancouver": (2026, 2026),
    "Antarctica/Casey": (2020, 2023),  # three hours, at a minute past midnight
    "Antarctica/Troll": (2026, 2026),  # two hours
    "Antarctica/Vostok": (2023, 2023),
    "Asia/Almaty": (2024, 2024),
    "Asia/Amman": (2022, 2022),
    "Asia/Beirut": (2026, 2026),
    "Asia/Gaza": (2023, 2024),
    "Asia/Tehran": (2022, 2022),
    "Atlantic/Azores": (2026, 2026),
    "Australia/Lord_Howe": (2026, 2026),  # half an hour
    "Europe/Dublin": (2026, 2026),  # winter time is the exception
    "Europe/Volgograd": (2020, 2020),
    "Pacific/Apia": (2020, 2021),
    "Pacific/Chatham": (2026, 2026),
}


def sample() -> dict[str, tuple[Place, tuple[Change, ...]]]:
    """For each clock that changes the place and the changes to try, under a name for the test."""
    chosen: dict[Place, set[Change]] = {}
    for number, place in enumerate(place for place in apart(places()) if place.clock.changes):
        # Another year for each, so that together they see all.
        changes = place.clock.changes
        chosen[place] = {changes[number * 7 % len(changes)], *place.clock.quiet[:1]}
    for place, change in [*_each_shape(), *_telling()]:
        chosen.setdefault(place, set()).add(change)
    return {str(place): (place, tuple(sorted(changes, key=lambda c: c.at))) for place, changes in chosen.items()}


def _each_shape() -> Iterator[tuple[Place, Change]]:
    """The first change of each size, time of day and offset."""
    seen = set()
    for place in apart(places()):
        for change in place.clock.changes:
            shape = (change.by, (change.at + change.before) % DAY, change.before)
            if shape not in seen:
                seen.add(shape)
                yield place, change


def _telling() -> Iterator[tuple[Place, Change]]:
    for place in apart(place for place in places() if place.name in TELLING):
        first, last = TELLING[place.name]
        for change in (*place.clock.changes, *place.clock.quiet):
            if year_start(first) <= change.at < year_start(last + 1):
                yield place, change
