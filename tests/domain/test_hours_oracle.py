"""`expand` against a brute force written apart from it: a walk along the real minutes with the clock on the wall."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.domain.hours import expand
from scheduling.domain.work_hours import DayHours, WorkHours

from .builders import ADA, CREATED

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# A zone and days just before its clock changes: an hour, half an hour, at midnight, over midnight, never.
PLACES = [
    ("America/New_York", date(2026, 3, 6)),
    ("America/New_York", date(2026, 10, 30)),
    ("Europe/London", date(2026, 3, 27)),
    ("Europe/London", date(2026, 10, 23)),
    ("Australia/Lord_Howe", date(2026, 4, 3)),
    ("Australia/Lord_Howe", date(2026, 10, 2)),
    ("America/Santiago", date(2026, 4, 2)),
    ("America/Santiago", date(2026, 9, 4)),
    ("America/Havana", date(2026, 3, 6)),
    ("Asia/Kathmandu", date(2026, 3, 27)),
]


def oracle(records, first, last, zone):
    """The UTC minutes worked.

    A shift runs while the latest reading the clock has shown so far lies in it, so the second showing of an autumn
    hour belongs to whatever shift was running when the clock went back.
    """
    worked = set()
    instant = datetime.combine(first - DAY, time(), UTC)
    latest = datetime.min
    while latest < datetime.combine(last + DAY, time()):
        latest = max(latest, instant.astimezone(zone).replace(tzinfo=None))
        if first <= latest.date() <= last and is_worked(records, latest):
            worked.add(instant)
        instant += MINUTE
    return worked


def is_worked(records, reading):
    best = None
    for record in records:
        if record.type != "WORKING_HOURS" or reading.date() < record.first:
            continue
        if record.last is not None and reading.date() > record.last:
            continue
        if best is None or (record.rule == "OVERRIDE", record.created_at) > (best.rule == "OVERRIDE", best.created_at):
            best = record
    return best is not None and any(
        entry.start is not None
        and entry.day == reading.weekday() + 1
        and entry.start <= reading.time()
        and (reading.time() < entry.end or entry.end.isoformat()[:5] == "23:59")
        for entry in best.days
    )


def as_minutes(intervals):
    minutes = set()
    for interval in intervals:
        instant = interval.start
        while instant < interval.end:
            minutes.add(instant)
            instant += MINUTE
    return minutes


def clocks(start, end):
    """Wall times; the hours around clock changes come up more often than others."""
    night = st.sampled_from([0, 15, 30, 45, 60, 90, 105, 119, 120, 121, 135, 150, 180, 181, 1380, 1395, 1410])
    return (night | st.integers(start, end)).map(lambda minute: time(*divmod(minute, 60)))


@st.composite
def day_entries(draw):
    day = draw(st.integers(1, 7))
    if draw(st.integers(0, 5)) == 0:
        return DayHours(day, None, None)
    start = draw(clocks(0, 1438))
    later = draw(clocks(1, 1439) | st.sampled_from([time(23, 59), time(23, 59, 59), time(23, 59, 59, 999_000)]))
    return DayHours(day, start, later if later > start else time(23, 59))


@st.composite
def clinics(draw):
    """A zone, a few days around one of its clock changes, and records that contradict each other."""
    name, start = draw(st.sampled_from(PLACES))
    records = []
    for number in range(draw(st.integers(1, 4))):
        first = start + DAY * draw(st.integers(-3, 4))
        last = draw(st.none() | st.integers(0, 5).map(lambda days, first=first: first + DAY * days))
        days = tuple(draw(st.lists(day_entries(), max_size=10)))
        created = CREATED + timedelta(hours=draw(st.integers(0, 50)) * 10 + number)
        kind = draw(st.sampled_from(["WORKING_HOURS", "WORKING_HOURS", "WORKING_HOURS", "AVAILABILITY"]))
        rule = draw(st.sampled_from(["DEFAULT", "DEFAULT", "OVERRIDE"]))
        records.append(WorkHours(UUID(int=number), ADA, first, last, days, kind, rule, created_at=created))
    return ZoneInfo(name), start, records


@settings(max_examples=120)
@given(clinics())
def test_hours_agree_with_a_walk_along_the_minutes(clinic):
    zone, first, records = clinic
    last = first + 3 * DAY
    hours = expand(records, first, last, zone)
    assert as_minutes(hours.intervals) == oracle(records, first, last, zone)
    assert as_minutes(hours.intervals) == as_minutes(part for day in hours.days for part in day.intervals)
