"""Days, their rows on a grid, and ISO weeks."""

from datetime import date, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.interval import total
from scheduling.domain.week import (
    Week,
    clock_change,
    day_borders,
    day_interval,
    days_touched,
    parse_day,
    rows_of,
    wall,
)

from .builders import NEW_YORK, at, span

HOUR = timedelta(hours=1)

# zone, date, quarter hours, label after the jump, labels shown twice, offsets before and after in hours
CHANGES = [
    ("America/New_York", "2026-03-08", 92, "03:00", [], (-5, -4)),
    ("America/New_York", "2026-11-01", 100, "01:00", ["01:00", "01:15", "01:30", "01:45"], (-4, -5)),
    ("Europe/London", "2026-03-29", 92, "02:00", [], (0, 1)),
    ("Europe/London", "2026-10-25", 100, "01:00", ["01:00", "01:15", "01:30", "01:45"], (1, 0)),
    ("Australia/Lord_Howe", "2026-10-04", 94, "02:30", [], (10.5, 11)),
    ("Australia/Lord_Howe", "2026-04-05", 98, "01:30", ["01:30", "01:45"], (11, 10.5)),
    ("America/Santiago", "2026-09-06", 92, "01:00", [], (-4, -3)),
    ("America/Santiago", "2026-04-04", 100, "23:00", ["23:00", "23:15", "23:30", "23:45"], (-3, -4)),
    ("America/Havana", "2026-03-08", 92, "01:00", [], (-5, -4)),
    ("America/Havana", "2025-11-02", 100, "00:00", ["00:00", "00:15", "00:30", "00:45"], (-4, -5)),
    ("Asia/Beirut", "2026-03-29", 92, "01:00", [], (2, 3)),
    ("America/Sao_Paulo", "2018-11-04", 92, "01:00", [], (-3, -2)),
    ("America/Nuuk", "2024-10-26", 100, "23:00", ["23:00", "23:15", "23:30", "23:45"], (-1, -2)),
    ("Antarctica/Troll", "2026-03-29", 88, "03:00", [], (0, 2)),
    (
        "Antarctica/Casey",
        "2021-03-13",
        108,
        "21:00",
        [f"{h}:{m:02}" for h in (21, 22, 23) for m in (0, 15, 30, 45)],
        (11, 8),
    ),
]
QUIET = [
    ("America/New_York", "2026-03-07"),
    ("America/New_York", "2026-03-09"),
    ("America/Santiago", "2026-04-05"),
    ("America/Santiago", "2026-09-05"),
    ("America/Nuuk", "2024-10-27"),
    ("Africa/Juba", "2021-02-01"),
    ("Asia/Kathmandu", "2026-03-29"),
    ("Asia/Kathmandu", "2026-10-25"),
]


def named(cases):
    return [f"{case[0]} {case[1]}" for case in cases]


@pytest.mark.parametrize(("name", "day", "count", "after", "twice", "offsets"), CHANGES, ids=named(CHANGES))
def test_a_day_on_which_the_clock_changes_has_as_many_rows_as_it_has(name, day, count, after, twice, offsets):
    zone, day = ZoneInfo(name), date.fromisoformat(day)
    rows = rows_of(day, zone)
    assert len(rows) == count
    assert [row.label for row in rows if row.jumped] == [time.fromisoformat(after)]
    assert [row.label for row in rows if row.repeated] == [time.fromisoformat(label) for label in twice]
    assert clock_change(day, zone) == tuple(timedelta(hours=hours) for hours in offsets)
    assert day_interval(day, zone).duration == timedelta(minutes=15) * count


@pytest.mark.parametrize(("name", "day"), QUIET, ids=named(QUIET))
def test_any_other_day_has_ninety_six_quarter_hours(name, day):
    zone, day = ZoneInfo(name), date.fromisoformat(day)
    rows = rows_of(day, zone)
    assert [row.label for row in rows] == [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
    assert not any(row.repeated or row.jumped for row in rows)
    assert clock_change(day, zone) is None


def test_a_jump_to_midnight_shortens_the_day_that_it_ends():
    nuuk, saturday = ZoneInfo("America/Nuuk"), date(2024, 3, 30)
    assert clock_change(saturday, nuuk) == (-2 * HOUR, -1 * HOUR)
    assert [row.label for row in rows_of(saturday, nuuk, 60)] == [time(hour) for hour in range(23)]
    assert clock_change(saturday + timedelta(days=1), nuuk) is None
    sunday = rows_of(saturday + timedelta(days=1), nuuk, 60)
    assert [row.label for row in sunday] == [time(hour) for hour in range(24)]
    # Its first row does not follow from the one above it, which began at 22:00.
    assert [row.label for row in sunday if row.jumped] == [time(0)]


def test_a_change_off_the_quarter_hour_cuts_a_row():
    rows = rows_of(date(2020, 10, 4), ZoneInfo("Antarctica/Casey"))
    assert [(row.label, row.end - row.start, row.jumped) for row in rows[:3]] == [
        (time(0), timedelta(minutes=1), False),
        (time(3, 1), timedelta(minutes=14), True),
        (time(3, 15), timedelta(minutes=15), False),
    ]


def test_rows_longer_than_the_change_stay_on_the_hour():
    zone = ZoneInfo("Australia/Lord_Howe")
    rows = rows_of(date(2026, 4, 5), zone, minutes=60)
    assert [row.label.isoformat("minutes") for row in rows[:5]] == ["00:00", "01:00", "01:30", "02:00", "03:00"]
    assert rows[2].jumped
    assert rows[2].end - rows[2].start == HOUR / 2
    assert sum((row.end - row.start for row in rows), timedelta()) == day_interval(date(2026, 4, 5), zone).duration


def test_a_day_that_a_zone_skipped_has_no_rows():
    apia, skipped = ZoneInfo("Pacific/Apia"), date(2011, 12, 30)
    start, end = day_borders(skipped, apia)
    assert start == end
    assert rows_of(skipped, apia) == ()
    with pytest.raises(ValueError):
        day_interval(skipped, apia)


@pytest.mark.parametrize("minutes", [0, -15, 1441])
def test_a_row_lasts_between_a_minute_and_a_day(minutes):
    with pytest.raises(ValueError):
        rows_of(date(2026, 3, 8), NEW_YORK, minutes)


ZONES = sorted({case[0] for case in CHANGES} | {"Asia/Kathmandu", "Pacific/Chatham", "Africa/Casablanca"})


days = st.dates(date(2020, 1, 1), date(2037, 12, 31)) | st.sampled_from(
    [date.fromisoformat(case[1]) for case in CHANGES]
)


@given(days, st.sampled_from(ZONES), st.sampled_from([5, 7, 15, 30, 60, 1440]))
def test_rows_follow_each_other_from_midnight_to_midnight(day, name, minutes):
    zone = ZoneInfo(name)
    rows = rows_of(day, zone, minutes)
    assert (rows[0].start, rows[-1].end) == day_borders(day, zone)
    assert all(above.end == below.start for above, below in pairwise(rows))
    assert all(wall(row.start, zone).time() == row.label for row in rows)
    assert sum((row.end - row.start for row in rows), timedelta()) == day_interval(day, zone).duration
    assert rows_of(day + timedelta(days=1), zone, minutes)[0].start == rows[-1].end


@given(days, st.sampled_from(ZONES), st.sampled_from([5, 7, 15, 30, 60, 1440]))
def test_a_row_is_whole_unless_the_clock_or_the_day_cuts_it(day, name, minutes):
    rows = rows_of(day, ZoneInfo(name), minutes)
    step = timedelta(minutes=minutes)
    assert all(row.end - row.start <= step for row in rows)
    for above, below in pairwise(rows):
        assert below.jumped or (below.label.hour * 60 + below.label.minute) % minutes == 0
        assert above.end - above.start == step or below.jumped or above.jumped
    assert sum(row.jumped for row in rows) <= 1


@given(days, st.sampled_from(ZONES))
def test_labels_come_again_only_on_a_day_that_is_longer(day, name):
    zone = ZoneInfo(name)
    rows, change = rows_of(day, zone), clock_change(day, zone)
    labels = [row.label for row in rows]
    assert [row.label for row in rows if row.repeated] == [
        label for n, label in enumerate(labels) if label in labels[:n]
    ]
    by = change.after - change.before if change else timedelta()
    assert day_interval(day, zone).duration == timedelta(days=1) - by
    assert any(row.repeated for row in rows) == (by < timedelta())
    assert len(rows) == 96 - by / timedelta(minutes=15)


@pytest.mark.parametrize("name", ["Pacific/Kiritimati", "America/New_York", "Etc/GMT+12", "Asia/Kathmandu"])
@pytest.mark.parametrize("day", ["1970-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_have_their_rows(name, day):
    rows = rows_of(parse_day(day), ZoneInfo(name))
    assert len(rows) == 96
    assert rows[-1].end - rows[0].start == timedelta(days=1)
    assert (rows[0].label, rows[-1].label) == (time(), time(23, 45))


def test_the_days_a_window_touches_are_local_and_its_end_is_not_in_it():
    assert days_touched(span("2026-11-23 05:00", "2026-11-25 05:00"), NEW_YORK) == (
        date(2026, 11, 23),
        date(2026, 11, 24),
    )
    assert days_touched(span("2026-11-23 04:59", "2026-11-25 05:01"), NEW_YORK) == (
        date(2026, 11, 22),
        date(2026, 11, 25),
    )


@pytest.mark.parametrize(
    ("text", "hours"), [("2026-W10", 167), ("2026-W11", 168), ("2026-W44", 169), ("2026-W48", 168)]
)
def test_a_week_lasts_as_long_as_it_does(text, hours):
    week = Week.parse(text)
    assert week.interval(NEW_YORK).duration == hours * HOUR
    assert total(day_interval(day, NEW_YORK) for day in week.days) == hours * HOUR


@given(st.dates(date(1969, 12, 29), date(2199, 12, 29)))
def test_weeks_round_trip(day):
    week = Week.containing(day)
    assert week.days[day.isoweekday() - 1] == day
    assert Week.parse(str(week)) == week
    if week.next:
        assert week.next.days[0] == week.days[-1] + timedelta(days=1)
        assert week.next.previous == week


def test_weeks_end_where_they_end():
    assert Week(1970, 1).previous is None
    assert Week.containing(date(2199, 12, 29)).next is None
    assert Week(2026, 53).next == Week(2027, 1)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-48", "2026-W00", "2026-W54", "2025-W53", "2026-w48", "2026-W8", "2026-W048", " 2026-W48",
     "2026-W48\n", "0001-W01", "1969-W52", "2200-W01", "9999-W52", "２０２６-W48"],
)  # fmt: skip
def test_what_is_no_week_is_refused(text):
    with pytest.raises(ValueError):
        Week.parse(text)


def test_a_day_is_read_in_one_form_only():
    assert parse_day("2026-11-23") == date(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "20261123", "2026-W48-1", "0001-01-01", "9999-12-31", "2026-11-23x"]
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):
        parse_day(text)


def test_an_instant_is_shown_by_the_clock_on_the_wall():
    assert wall(at("2026-11-01 06:30"), NEW_YORK).isoformat() == "2026-11-01T01:30:00-05:00"


def test_a_day_that_has_begun_is_touched_after_the_clock_stepped_back_over_its_midnight():
    st_johns = ZoneInfo("America/St_Johns")  # on 7 November 2010 at 00:01 (02:31 UTC) it was 23:01 again
    assert days_touched(span("2010-11-06 12:00", "2010-11-07 03:00"), st_johns) == (
        date(2010, 11, 6),
        date(2010, 11, 7),
    )
    assert days_touched(span("2010-11-06 12:00", "2010-11-07 02:30"), st_johns) == (
        date(2010, 11, 6),
        date(2010, 11, 6),
    )
