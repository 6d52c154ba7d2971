"""Wall times and instants on the two days a year when the clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.zone import clock_reaches, find_zone, instants_of, offset_change, wall

from .builders import at


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("America/New_York", "America/New_York"),
        ("US/Eastern", "US/Eastern"),
        (" US/Pacific ", "US/Pacific"),
        ("America/ New York", "America/New_York"),
        ("america/los_angeles", "America/Los_Angeles"),
        ("UTC", "UTC"),
        ("", None),
        (None, None),
        ("Mars/Olympus", None),
        ("America", None),
        ("../../etc/passwd", None),
        ("localtime", None),
        ("Factory", None),
        ("posix/UTC", None),
        ("EST\0", None),
    ],
)
def test_a_zone_is_found_by_its_name(name, found):
    assert find_zone(name) == (ZoneInfo(found) if found else None)


# zone, date, wall time, instants, the instant from which the clock shows it or a later time
CASES = [
    ("America/New_York", "2026-03-08", "01:59", ["2026-03-08 06:59"], "2026-03-08 06:59"),
    ("America/New_York", "2026-03-08", "02:00", [], "2026-03-08 07:00"),
    ("America/New_York", "2026-03-08", "02:30", [], "2026-03-08 07:00"),
    ("America/New_York", "2026-03-08", "03:00", ["2026-03-08 07:00"], "2026-03-08 07:00"),
    ("America/New_York", "2026-11-01", "00:59", ["2026-11-01 04:59"], "2026-11-01 04:59"),
    ("America/New_York", "2026-11-01", "01:00", ["2026-11-01 05:00", "2026-11-01 06:00"], "2026-11-01 05:00"),
    ("America/New_York", "2026-11-01", "01:30", ["2026-11-01 05:30", "2026-11-01 06:30"], "2026-11-01 05:30"),
    ("America/New_York", "2026-11-01", "02:00", ["2026-11-01 07:00"], "2026-11-01 07:00"),
    ("Europe/London", "2026-03-29", "01:30", [], "2026-03-29 01:00"),
    ("Europe/London", "2026-10-25", "01:30", ["2026-10-25 00:30", "2026-10-25 01:30"], "2026-10-25 00:30"),
    ("Australia/Lord_Howe", "2026-10-04", "02:15", [], "2026-10-03 15:30"),
    ("Australia/Lord_Howe", "2026-04-05", "01:45", ["2026-04-04 14:45", "2026-04-04 15:15"], "2026-04-04 14:45"),
    ("America/Santiago", "2026-09-06", "00:00", [], "2026-09-06 04:00"),
    ("America/Santiago", "2026-04-04", "23:30", ["2026-04-05 02:30", "2026-04-05 03:30"], "2026-04-05 02:30"),
    ("America/Santiago", "2026-04-05", "00:00", ["2026-04-05 04:00"], "2026-04-05 04:00"),
    ("America/Havana", "2026-03-08", "00:00", [], "2026-03-08 05:00"),
    ("America/Havana", "2025-11-02", "00:00", ["2025-11-02 04:00", "2025-11-02 05:00"], "2025-11-02 04:00"),
    ("Asia/Beirut", "2026-03-29", "00:00", [], "2026-03-28 22:00"),
    ("America/Sao_Paulo", "2018-11-04", "00:00", [], "2018-11-04 03:00"),
    ("Pacific/Apia", "2011-12-30", "12:00", [], "2011-12-30 10:00"),
    ("Asia/Kathmandu", "2026-03-29", "02:30", ["2026-03-28 20:45"], "2026-03-28 20:45"),
]


@pytest.mark.parametrize(
    ("name", "day", "wall_time", "instants", "reached"), CASES, ids=[" ".join(case[:3]) for case in CASES]
)
def test_wall_times_around_a_clock_change(name, day, wall_time, instants, reached):
    zone, local_day, local_time = ZoneInfo(name), date.fromisoformat(day), time.fromisoformat(wall_time)
    assert instants_of(local_day, local_time, zone) == tuple(at(text) for text in instants)
    assert clock_reaches(local_day, local_time, zone) == at(reached)


@pytest.mark.parametrize(
    ("name", "day", "wall_time"),
    [
        pytest.param("Asia/Tokyo", date.min, time(), id="before the first instant"),
        pytest.param("America/New_York", date.max, time(23, 59), id="after the last one"),
    ],
)
def test_a_wall_time_past_the_years_of_a_datetime_is_an_overflow(name, day, wall_time):
    with pytest.raises(OverflowError):
        clock_reaches(day, wall_time, ZoneInfo(name))


@pytest.mark.parametrize("fold", [0, 1])
def test_a_mark_on_the_wall_time_chooses_no_showing(fold):
    shown, day = time(1, 30, fold=fold), date(2026, 11, 1)
    zone = ZoneInfo("America/New_York")
    assert clock_reaches(day, shown, zone) == at("2026-11-01 05:30")
    assert instants_of(day, shown, zone) == (at("2026-11-01 05:30"), at("2026-11-01 06:30"))


def test_a_change_is_found_to_the_second():
    zone, early, late = ZoneInfo("America/New_York"), at("2026-03-07 12:00"), at("2026-03-09 12:00")
    assert offset_change(early, late, zone) == at("2026-03-08 07:00")
    just = timedelta(microseconds=1)
    assert offset_change(at("2026-03-08 07:00") - just, late, zone) == at("2026-03-08 07:00")
    assert offset_change(early + just, at("2026-03-08 07:00"), zone) == at("2026-03-08 07:00")


ZONES = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "America/Santiago",
    "America/Havana",
    "Asia/Kathmandu",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
quarters = st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31)).map(
    lambda moment: moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0, tzinfo=UTC)
)


@given(quarters, zones)
def test_every_instant_is_among_those_of_its_own_wall_time(instant, zone):
    shown = wall(instant, zone)
    instants = instants_of(shown.date(), shown.time(), zone)
    assert instant in instants
    assert instants[0] == clock_reaches(shown.date(), shown.time(), zone)


@given(st.dates(date(2020, 1, 1), date(2037, 12, 30)), zones, st.lists(st.times(), min_size=2, max_size=5))
def test_later_wall_times_are_never_reached_earlier(day, zone, times):
    ordered = [clock_reaches(day, wall_time, zone) for wall_time in sorted(times)]
    assert ordered == sorted(ordered)
    assert ordered[-1] <= clock_reaches(day + timedelta(days=1), time(), zone)
