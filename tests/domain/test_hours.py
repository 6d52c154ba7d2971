"""Work-hours records become hours: who decides, and what a day then holds."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from scheduling.domain.hours import expand
from scheduling.domain.week import MIDNIGHT, wall

from .builders import NEW_YORK, entries, entry, record, span

MONDAY = date(2026, 11, 23)


def shown(intervals, zone=NEW_YORK):
    """The intervals as the wall shows them, "24:00" for an end at midnight."""
    texts = []
    for interval in intervals:
        start, end = wall(interval.start, zone), wall(interval.end, zone)
        texts.append(f"{start:%H:%M}-{'24:00' if end.time() == MIDNIGHT else f'{end:%H:%M}'}")
    return texts


ONE_DAY = [
    ("one entry", [entry(1, "09:00", "17:00")], ["09:00-17:00"]),
    ("split shift", entries("1", "13:00-17:00", "09:00-12:00"), ["09:00-12:00", "13:00-17:00"]),
    ("exact duplicates", entries("1", "09:00-17:00", "09:00-17:00"), ["09:00-17:00"]),
    ("entries that overlap", entries("1", "09:00-13:00", "12:00-17:00"), ["09:00-17:00"]),
    ("entries that touch", entries("1", "09:00-12:00", "12:00-17:00"), ["09:00-17:00"]),
    ("weekday missing", entries("23456", "09:00-17:00"), []),
    ("both times null", [entry(1, None, None)], []),
    ("null beside hours", [entry(1, None, None), entry(1, "09:00", "12:00")], ["09:00-12:00"]),
    ("one time null", [entry(1, "09:00", None)], []),
    ("end before start", [entry(1, "17:00", "09:00")], []),
    ("end 23:59", [entry(1, "18:00", "23:59")], ["18:00-24:00"]),
    ("end 23:59:59", [entry(1, "18:00", "23:59:59")], ["18:00-24:00"]),
    ("end 23:59:59.999", [entry(1, "18:00", "23:59:59.999")], ["18:00-24:00"]),
    ("end 23:58", [entry(1, "18:00", "23:58")], ["18:00-23:58"]),
    ("whole day", [entry(1, "00:00", "23:59")], ["00:00-24:00"]),
]


@pytest.mark.parametrize(("days", "hours"), [case[1:] for case in ONE_DAY], ids=[case[0] for case in ONE_DAY])
def test_the_entries_of_a_monday(days, hours):
    assert shown(expand([record(*days)], MONDAY, MONDAY, NEW_YORK).intervals) == hours


NINE = entries("1234567", "09:00-17:00")
EIGHT = entries("1234567", "08:00-12:00")
OFF = tuple(entry(day, None, None) for day in range(1, 8))
PRECEDENCE = [
    ("nothing", [], None, []),
    ("the newest default", [record(*NINE, created=1), record(*EIGHT, created=2)], 2, ["08:00-12:00"]),
    (
        "the newest default, whatever the order",
        [record(*EIGHT, created=2), record(*NINE, created=1)],
        2,
        ["08:00-12:00"],
    ),
    ("an older override", [record(*NINE, created=2), record(*EIGHT, created=1, rule="OVERRIDE")], 1, ["08:00-12:00"]),
    (
        "the newest override",
        [
            record(*NINE, created=3),
            record(*EIGHT, created=1, rule="OVERRIDE"),
            record(*OFF, created=2, rule="Override"),
        ],
        2,
        [],
    ),
    ("a day off by override", [record(*NINE, created=1), record(*OFF, created=2, rule="OVERRIDE")], 2, []),
    (
        "an override that does not list the weekday",
        [record(*NINE, created=1), record(*entries("23", "09:00-17:00"), created=2, rule="OVERRIDE")],
        2,
        [],
    ),
    ("a newer default that does not list the weekday", [record(*NINE, created=1), record(created=2)], 2, []),
    (
        "an override on other dates",
        [record(*NINE), record(*OFF, created=1, rule="OVERRIDE", first="2026-11-24")],
        0,
        ["09:00-17:00"],
    ),
    ("availability alone", [record(*NINE, type="AVAILABILITY")], None, []),
    (
        "availability newer than hours",
        [record(*NINE), record(*EIGHT, created=1, type="AVAILABILITY")],
        0,
        ["09:00-17:00"],
    ),
    ("an unknown type", [record(*NINE, type="ON_CALL")], None, []),
    ("lower case", [record(*NINE, type="working_hours")], 0, ["09:00-17:00"]),
]


@pytest.mark.parametrize(
    ("records", "decided_by", "hours"), [case[1:] for case in PRECEDENCE], ids=[case[0] for case in PRECEDENCE]
)
def test_one_record_decides_a_day(records, decided_by, hours):
    (day,) = expand(records, MONDAY, MONDAY, NEW_YORK).days
    assert (day.decided_by and day.decided_by.id) == (None if decided_by is None else UUID(int=1000 + decided_by))
    assert shown(day.intervals) == hours


def test_a_record_without_a_creation_date_is_the_oldest():
    undated = record(*EIGHT)
    object.__setattr__(undated, "created_at", None)
    (day,) = expand([undated, record(*NINE, created=1)], MONDAY, MONDAY, NEW_YORK).days
    assert shown(day.intervals) == ["09:00-17:00"]


def test_dates_are_inclusive_and_an_end_may_be_open():
    records = [record(*NINE, first="2026-11-23", last="2026-11-24"), record(*EIGHT, first="2026-11-26", created=1)]
    days = expand(records, date(2026, 11, 22), date(2026, 11, 27), NEW_YORK).days
    assert [shown(day.intervals) for day in days] == [
        [],
        ["09:00-17:00"],
        ["09:00-17:00"],
        [],
        ["08:00-12:00"],
        ["08:00-12:00"],
    ]


def test_hours_past_midnight_are_two_entries_and_one_interval():
    night = record(entry(1, "18:00", "23:59"), entry(2, "00:00", "02:00"))
    hours = expand([night], MONDAY, date(2026, 11, 24), NEW_YORK)
    assert hours.intervals == (span("2026-11-23 23:00", "2026-11-24 07:00"),)
    assert [shown(day.intervals) for day in hours.days] == [["18:00-24:00"], ["00:00-02:00"]]


def test_the_dates_are_those_of_the_clinician():
    kiritimati = ZoneInfo("Pacific/Kiritimati")
    hours = expand([record(*entries("1", "09:00-17:00"))], MONDAY, MONDAY, kiritimati)
    assert hours.intervals == (span("2026-11-22 19:00", "2026-11-23 03:00"),)


NARROW = record(
    *entries("1", "10:00-14:00"), entry(2, None, None), created=5, type="AVAILABILITY", encounters=("Intake call",)
)
NARROWED = [
    ("no encounter asked", None, ["09:00-17:00"], ["09:00-17:00"]),
    ("an encounter it names", "intake call ", ["10:00-14:00"], []),
    ("an encounter it does not name", "Consult", ["09:00-17:00"], ["09:00-17:00"]),
]


@pytest.mark.parametrize(("encounter", "monday", "tuesday"), [c[1:] for c in NARROWED], ids=[c[0] for c in NARROWED])
def test_availability_narrows_hours_for_the_encounters_it_names(encounter, monday, tuesday):
    days = expand([record(*NINE), NARROW], MONDAY, date(2026, 11, 24), NEW_YORK, encounter=encounter).days
    assert [shown(day.intervals) for day in days] == [monday, tuesday]
    assert [day.decided_by.created_at for day in days] == [record().created_at] * 2
    assert {day.narrowed_by for day in days} == ({NARROW} if monday == ["10:00-14:00"] else {None})


def test_availability_never_adds_hours():
    wide = record(*entries("1", "06:00-20:00"), created=1, type="AVAILABILITY", encounters=("Intake call",))
    hours = expand([record(*NINE), wide], MONDAY, MONDAY, NEW_YORK, encounter="Intake call")
    assert shown(hours.intervals) == ["09:00-17:00"]


def test_a_day_is_found_by_its_date():
    hours = expand([record(*NINE)], MONDAY, date(2026, 11, 29), NEW_YORK)
    assert hours.on(date(2026, 11, 25)) is hours.days[2]
    assert hours.on(date(2026, 11, 22)) is None
    assert hours.on(date(2026, 11, 30)) is None


def test_clipping_keeps_the_days():
    hours = expand([record(*NINE)], MONDAY, date(2026, 11, 24), NEW_YORK)
    noon = hours.clipped(span("2026-11-23 17:00", "2026-11-24 05:00"))
    assert [shown(day.intervals) for day in noon.days] == [["12:00-17:00"], []]
    assert shown(noon.intervals) == ["12:00-17:00"]


def test_days_run_forwards():
    with pytest.raises(ValueError):
        expand([], MONDAY, date(2026, 11, 22), NEW_YORK)


# zone, date, entry, hours on the wall, how long they really last
CLOCK_CHANGES = [
    ("America/New_York", "2026-11-01", "00:00-06:00", "7h"),
    ("America/New_York", "2026-11-01", "00:00-23:59", "25h"),
    ("America/New_York", "2026-11-01", "01:00-02:00", "2h"),
    ("America/New_York", "2026-11-01", "00:00-01:30", "1.5h"),
    ("America/New_York", "2026-11-01", "01:30-05:00", "4.5h"),
    ("America/New_York", "2026-11-01", "01:15-01:45", "0.5h"),
    ("America/New_York", "2026-11-01", "02:00-05:00", "3h"),
    ("America/New_York", "2026-03-08", "00:00-06:00", "5h"),
    ("America/New_York", "2026-03-08", "00:00-23:59", "23h"),
    ("America/New_York", "2026-03-08", "02:30-05:00", "2h"),
    ("America/New_York", "2026-03-08", "00:00-02:30", "2h"),
    ("America/New_York", "2026-03-08", "02:00-03:00", "0h"),
    ("America/New_York", "2026-03-08", "02:15-02:45", "0h"),
    ("Europe/London", "2026-10-25", "00:00-23:59", "25h"),
    ("Europe/London", "2026-03-29", "00:30-04:00", "2.5h"),
    ("Australia/Lord_Howe", "2026-04-05", "00:00-23:59", "24.5h"),
    ("Australia/Lord_Howe", "2026-04-05", "01:00-02:00", "1.5h"),
    ("Australia/Lord_Howe", "2026-10-04", "02:15-03:00", "0.5h"),
    ("America/Santiago", "2026-09-06", "00:00-06:00", "5h"),
    ("America/Santiago", "2026-04-04", "22:00-23:59", "3h"),
    ("America/Havana", "2026-03-08", "00:00-06:00", "5h"),
    ("America/Havana", "2026-03-07", "22:00-23:59", "2h"),
    ("America/Havana", "2025-11-02", "00:00-01:00", "2h"),
    ("Asia/Beirut", "2026-10-24", "23:00-23:59", "2h"),
    ("America/Sao_Paulo", "2018-11-04", "00:00-23:59", "23h"),
    ("Pacific/Apia", "2011-12-30", "09:00-17:00", "0h"),
    ("Asia/Kathmandu", "2026-03-29", "00:00-23:59", "24h"),
]


@pytest.mark.parametrize(
    ("name", "day", "times", "lasts"), CLOCK_CHANGES, ids=[" ".join(case[:3]) for case in CLOCK_CHANGES]
)
def test_hours_on_the_day_the_clock_changes(name, day, times, lasts):
    day = date.fromisoformat(day)
    worked = record(*entries(str(day.isoweekday()), times), first="2000-01-01")
    hours = expand([worked], day, day, ZoneInfo(name))
    assert sum(interval.duration.total_seconds() / 3600 for interval in hours.intervals) == float(
        lasts.removesuffix("h")
    )


@pytest.mark.parametrize("border", ["01:00", "01:30", "02:00", "02:30", "03:00"])
@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)], ids=["spring", "autumn"])
def test_shifts_side_by_side_leave_no_hole_and_do_not_overlap(day, border):
    parts = [
        expand([record(*entries("7", times))], day, day, NEW_YORK).intervals
        for times in (f"00:00-{border}", f"{border}-23:59", "00:00-23:59")
    ]
    (first,), (second,), (whole,) = parts
    assert (first.start, first.end, second.end) == (whole.start, second.start, whole.end)
