"""Zones and the clock on the wall: how a date and a wall time in a zone become an instant.

Adding hours to midnight is wrong on the two days a year the clock changes, so nothing here does. Two cases need a
rule, and one rule serves both: **a wall time means the first instant at which the clock shows that time or a later
one.** A time the clock jumps over (spring) is then the end of the gap, a time shown twice (autumn) its first showing,
as in RFC 5545. One rule for starts and ends alike keeps shifts that touch on paper (09-12, 12-17) touching in real
time, lets 00:00-24:00 be the whole day (23, 24 or 25 hours), and gives a shift over the repeated hour its real length.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

# Names that are no place: the server's own zone, and the database's "not set yet".
NOT_ZONES = frozenset({"localtime", "factory"})
PLACES = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/",
    "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip
SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _zone_names() -> dict[str, str]:
    """Every zone name of the database under its lower-case form."""
    return {name.lower(): name for name in available_timezones() if name.lower() not in NOT_ZONES}


def find_zone(name: str | None) -> ZoneInfo | None:
    """The zone of an IANA name, or None for an empty or unknown one.

    Old links such as `US/Eastern` count; blanks around and inside ("America/ New York") and letter case are forgiven.
    """
    parts = (name or "").split("/")
    wanted = "/".join("_".join(part.split()) for part in parts).lower()
    known = _zone_names().get(wanted)
    return ZoneInfo(known) if known else None


def zone_names() -> list[str]:
    """The names to choose from: places of the database such as America/New_York, and UTC; no old links."""
    return [*sorted(name for name in _zone_names().values() if name.startswith(PLACES)), "UTC"]


def wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """The same instant as the clock on the wall in this zone shows it. For display: never add to or compare it."""
    return instant.astimezone(zone)


def _readings(day: date, wall_time: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The wall time by the offset in force before a change and by the one after it, in UTC."""
    local = datetime.combine(day, wall_time)
    before, after = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return before, after


def instants_of(day: date, wall_time: time, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Every UTC instant at which the clock shows this: none in a spring gap, two in the repeated hour, else one."""
    local = datetime.combine(day, wall_time)
    readings = dict.fromkeys(_readings(day, wall_time, zone))
    return tuple(instant for instant in readings if wall(instant, zone).replace(tzinfo=None, fold=0) == local)


@lru_cache(maxsize=65_536)
def clock_reaches(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    """The first UTC instant at which the clock shows this time of this day or a later one.

    Raises OverflowError next to the first and last day a datetime can hold. Remembered, because a clinic asks for the
    same few wall times of the same days again and again.
    """
    instants = instants_of(day, wall_time, zone)
    if instants:
        return instants[0]
    late, early = _readings(day, wall_time, zone)
    return offset_change(early, late, zone)


def offset_change(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The instant, to the second, from which the offset differs from the one in force at `early`.

    Both ends in UTC, and the offsets there must differ (the change lies after `early`, at the latest at `late`).
    """
    before = wall(early, zone).utcoffset()
    # Clocks change at whole seconds; ends that differ by a part of one would never come together.
    early, late = early.replace(microsecond=0), -(-(late - EPOCH) // SECOND) * SECOND + EPOCH
    while late - early > SECOND:
        middle = early + (late - early) // (2 * SECOND) * SECOND
        if wall(middle, zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late
