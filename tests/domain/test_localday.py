"""Local days in seconds: even ones by arithmetic, the few others through every trick a clock can play."""

from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.localday import LocalDay, local_day, ordinals, stretches, wall_spans
from scheduling.domain.spans import instant, seconds
from scheduling.domain.zone import wall

from .builders import NEW_YORK, at, clock

HAVANA = ZoneInfo("America/Havana")  # the clock changes at midnight and at one
SANTIAGO = ZoneInfo("America/Santiago")  # both changes at midnight
APIA = ZoneInfo("Pacific/Apia")  # Thursday 29 December 2011 was followed by Saturday
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour
NUUK = ZoneInfo("America/Nuuk")  # Saturday 23:00 becomes Sunday 00:00
HOUR = 3600


def ordinal(text):
    return date.fromisoformat(text).toordinal()


DAYS = [
    pytest.param(NEW_YORK, "2026-11-23", "2026-11-23 05:00", 24, True, id="an ordinary day"),
    pytest.param(NEW_YORK, "2026-03-08", "2026-03-08 05:00", 23, False, id="spring"),
    pytest.param(NEW_YORK, "2026-11-01", "2026-11-01 04:00", 25, False, id="autumn"),
    pytest.param(HAVANA, "2025-03-09", "2025-03-09 05:00", 23, False, id="Havana, begins at 01:00"),
    pytest.param(HAVANA, "2025-11-02", "2025-11-02 04:00", 25, False, id="Havana, two midnights"),
    pytest.param(SANTIAGO, "2025-09-07", "2025-09-07 04:00", 23, False, id="Santiago, begins at 01:00"),
    pytest.param(SANTIAGO, "2025-04-05", "2025-04-05 03:00", 25, False, id="Santiago, 23:00 comes twice"),
    pytest.param(SANTIAGO, "2025-04-06", "2025-04-06 04:00", 24, True, id="Santiago, the day after"),
    pytest.param(LORD_HOWE, "2025-04-06", "2025-04-05 13:00", 24.5, False, id="half an hour longer"),
    pytest.param(LORD_HOWE, "2025-10-05", "2025-10-04 13:30", 23.5, False, id="half an hour shorter"),
    pytest.param(NUUK, "2025-03-29", "2025-03-29 02:00", 23, False, id="Nuuk, jumps to midnight"),
    pytest.param(NUUK, "2025-03-30", "2025-03-30 01:00", 24, True, id="Nuuk, the day after"),
    pytest.param(APIA, "2011-12-29", "2011-12-29 10:00", 24, True, id="before the skipped day"),
    pytest.param(APIA, "2011-12-30", "2011-12-30 10:00", 0, False, id="the skipped day"),
    pytest.param(APIA, "2011-12-31", "2011-12-30 10:00", 24, True, id="after the skipped day"),
]


@pytest.mark.parametrize(("zone", "day", "begins", "hours", "even"), DAYS)
def test_where_a_local_day_lies(zone, day, begins, hours, even):
    start = seconds(at(begins))
    assert local_day(ordinal(day), zone) == LocalDay(start, start + int(hours * HOUR), even)


PIECES = [
    pytest.param(NEW_YORK, "2026-11-23", [("00:00", 24)], id="an ordinary day"),
    pytest.param(NEW_YORK, "2026-03-08", [("00:00", 2), ("03:00", 21)], id="spring"),
    pytest.param(NEW_YORK, "2026-11-01", [("00:00", 2), ("01:00", 23)], id="autumn"),
    pytest.param(HAVANA, "2025-03-09", [("01:00", 23)], id="Havana spring"),
    pytest.param(HAVANA, "2025-11-02", [("00:00", 1), ("00:00", 24)], id="Havana autumn"),
    pytest.param(SANTIAGO, "2025-09-07", [("01:00", 23)], id="Santiago spring"),
    pytest.param(SANTIAGO, "2025-04-05", [("00:00", 24), ("23:00", 1)], id="Santiago autumn"),
    pytest.param(LORD_HOWE, "2025-04-06", [("00:00", 2), ("01:30", 22.5)], id="half an hour back"),
    pytest.param(NUUK, "2025-03-29", [("00:00", 23)], id="Nuuk spring"),
    pytest.param(APIA, "2011-12-30", [], id="a skipped day"),
    pytest.param(APIA, "2011-12-31", [("00:00", 24)], id="after the skipped day"),
]


@pytest.mark.parametrize(("zone", "day", "pieces"), PIECES)
def test_the_parts_of_a_day_with_one_offset_each(zone, day, pieces):
    parts = list(stretches(ordinal(day), zone))
    assert [(f"{wall(instant(p.start), zone):%H:%M}", (p.end - p.start) / HOUR) for p in parts] == pieces


@pytest.mark.parametrize(("zone", "day"), [case.values[:2] for case in PIECES], ids=[case.id for case in PIECES])
def test_the_parts_cover_the_day_and_know_the_midnight_of_their_clock(zone, day):
    start, end, _ = local_day(ordinal(day), zone)
    parts = list(stretches(ordinal(day), zone))
    assert [part.start for part in parts] + [end] == [start] + [part.end for part in parts]
    for part in parts:
        shown = wall(instant(part.start), zone).time()
        assert part.start - part.midnight == shown.hour * HOUR + shown.minute * 60


def real(zone, day, *texts):
    """The wall times "09:00-12:00" on a day, as ("first time shown", hours)."""
    made = wall_spans(tuple(tuple(map(clock, text.split("-"))) for text in texts))
    found = made.on(ordinal(day), zone) if made else ()
    return [(f"{wall(instant(start), zone):%H:%M}", (end - start) / HOUR) for start, end in found]


WALL_TIMES = [
    pytest.param(NEW_YORK, "2026-11-23", ["09:00-12:00", "13:00-17:00"], [("09:00", 3), ("13:00", 4)], id="two shifts"),
    pytest.param(NEW_YORK, "2026-11-23", ["13:00-17:00", "09:00-13:00"], [("09:00", 8)], id="touching, unsorted"),
    pytest.param(NEW_YORK, "2026-11-23", ["09:00-14:00", "10:00-11:00"], [("09:00", 5)], id="one inside another"),
    pytest.param(NEW_YORK, "2026-11-23", ["22:00-23:59"], [("22:00", 2)], id="23:59 is midnight"),
    pytest.param(NEW_YORK, "2026-11-23", ["22:00-23:59:59"], [("22:00", 2)], id="23:59:59 is midnight"),
    pytest.param(NEW_YORK, "2026-11-23", ["22:00-23:59:59.999999"], [("22:00", 2)], id="its last moment is midnight"),
    pytest.param(NEW_YORK, "2026-11-23", ["22:00-23:58"], [("22:00", 118 / 60)], id="23:58 is 23:58"),
    pytest.param(NEW_YORK, "2026-11-23", ["12:00-09:00", "10:00-10:00"], [], id="backwards and empty"),
    pytest.param(NEW_YORK, "2026-11-23", ["23:59-23:59", "23:59:30-23:59:10"], [], id="backwards at midnight"),
    pytest.param(NEW_YORK, "2026-11-23", ["12:00-09:00", "10:00-11:00"], [("10:00", 1)], id="one of them backwards"),
    pytest.param(NEW_YORK, "2026-03-08", ["00:00-23:59"], [("00:00", 23)], id="a whole day in spring"),
    pytest.param(NEW_YORK, "2026-03-08", ["01:00-02:30"], [("01:00", 1)], id="ends in the gap"),
    pytest.param(NEW_YORK, "2026-03-08", ["02:30-04:00"], [("03:00", 1)], id="begins in the gap"),
    pytest.param(NEW_YORK, "2026-03-08", ["02:15-02:45"], [], id="lies in the gap"),
    pytest.param(NEW_YORK, "2026-03-08", ["01:00-02:15", "02:30-04:00"], [("01:00", 2)], id="the gap closes a break"),
    pytest.param(NEW_YORK, "2026-11-01", ["00:00-23:59"], [("00:00", 25)], id="a whole day in autumn"),
    pytest.param(NEW_YORK, "2026-11-01", ["00:00-01:30"], [("00:00", 1.5)], id="ends at the first 01:30"),
    pytest.param(NEW_YORK, "2026-11-01", ["01:30-03:00"], [("01:30", 2.5)], id="begins at the first 01:30"),
    pytest.param(NEW_YORK, "2026-11-01", ["00:00-01:30", "01:30-03:00"], [("00:00", 4)], id="touching there"),
    pytest.param(HAVANA, "2025-03-09", ["00:00-02:00"], [("01:00", 1)], id="Havana, no midnight"),
    pytest.param(HAVANA, "2025-11-02", ["00:00-00:30"], [("00:00", 0.5)], id="Havana, the first midnight"),
    pytest.param(HAVANA, "2025-11-02", ["00:30-02:00"], [("00:30", 2.5)], id="Havana, over both"),
    pytest.param(SANTIAGO, "2025-04-05", ["22:00-23:59"], [("22:00", 3)], id="Santiago, 23:00 twice"),
    pytest.param(SANTIAGO, "2025-04-05", ["22:00-23:30"], [("22:00", 1.5)], id="Santiago, to the first 23:30"),
    pytest.param(SANTIAGO, "2025-09-07", ["00:00-00:30"], [], id="Santiago, lies in the gap"),
    pytest.param(NUUK, "2025-03-29", ["22:00-23:59"], [("22:00", 1)], id="Nuuk, no 23:00"),
    pytest.param(APIA, "2011-12-30", ["09:00-17:00"], [], id="a skipped day"),
    pytest.param(APIA, "2011-12-31", ["09:00-17:00"], [("09:00", 8)], id="after the skipped day"),
]


@pytest.mark.parametrize(("zone", "day", "texts", "times"), WALL_TIMES)
def test_wall_times_as_real_time(zone, day, texts, times):
    assert real(zone, day, *texts) == times


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-01", "2026-03-08"])
def test_parts_of_a_second_are_cut_off_inwards(day):
    times = wall_spans(((time(9, 0, 0, 1), time(10, 0, 0, 999_999)),))
    ((start, end),) = times.on(ordinal(day), NEW_YORK)
    assert f"{wall(instant(start), NEW_YORK):%H:%M:%S}" == "09:00:01"
    assert f"{wall(instant(end), NEW_YORK):%H:%M:%S}" == "10:00:00"


WITHIN_A_SECOND = [
    pytest.param(time(9), time(9, 0, 0, 500_000), id="from a whole second"),
    pytest.param(time(9, 0, 0, 1), time(9, 0, 0, 2), id="inside a second"),
    pytest.param(time(9, 0, 0, 1), time(9, 0, 1, 999_999), id="without a whole second"),
]


@pytest.mark.parametrize("day", ["2026-11-23", "2026-11-01"], ids=["even", "uneven"])
@pytest.mark.parametrize(("start", "end"), WITHIN_A_SECOND)
def test_what_holds_no_whole_second_is_nothing(start, end, day):
    assert wall_spans(((start, end),)).on(ordinal(day), NEW_YORK) == ()


def test_the_same_times_are_the_same_object():
    assert wall_spans(((time(9), time(10)),)) is wall_spans(((time(9), time(10)),))


TOUCHED = [
    pytest.param(NEW_YORK, "2026-11-23 05:00", "2026-11-24 05:00", ["2026-11-23"], id="exactly a day"),
    pytest.param(
        NEW_YORK, "2026-11-23 04:59:59", "2026-11-24 05:00:01", ["2026-11-22", "2026-11-23", "2026-11-24"], id="more"
    ),
    pytest.param(NEW_YORK, "2026-11-23 05:00", "2026-11-23 05:00:01", ["2026-11-23"], id="a second"),
    pytest.param(
        APIA, "2011-12-29 12:00", "2011-12-30 12:00", ["2011-12-29", "2011-12-30", "2011-12-31"], id="a skipped day"
    ),
    pytest.param(NEW_YORK, "2026-03-08 05:00", "2026-03-09 04:00", ["2026-03-08"], id="a day of 23 hours"),
]


@pytest.mark.parametrize(("zone", "start", "end", "days"), TOUCHED)
def test_the_days_that_a_window_touches(zone, start, end, days):
    window = seconds(at(start)), seconds(at(end))
    assert [date.fromordinal(each).isoformat() for each in ordinals(window, zone)] == days


@given(
    st.integers(ordinal("2000-01-01"), ordinal("2037-12-01")), st.sampled_from([NEW_YORK, SANTIAGO, APIA, LORD_HOWE])
)
def test_days_follow_each_other_without_a_gap(first, zone):
    days = [local_day(first + n, zone) for n in range(8)]
    assert all(today.end == tomorrow.start for today, tomorrow in pairwise(days))
