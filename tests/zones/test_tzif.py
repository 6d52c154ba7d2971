"""The proof's own reading of the zone data, against changes known from the calendar."""

from datetime import UTC, datetime

import pytest

from .places import data_of
from .tzif import Clock, by_rule, read


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


# rule, instants of 2026 (or of the year named) and the offsets from then on in hours
RULES = [
    ("the second Sunday of March", "EST5EDT,M3.2.0,M11.1.0", [("2026-03-08 07:00", -4), ("2026-11-01 06:00", -5)]),
    ("the last Sunday", "CET-1CEST,M3.5.0,M10.5.0/3", [("2026-03-29 01:00", 2), ("2026-10-25 01:00", 1)]),
    ("winter is the exception", "IST-1GMT0,M10.5.0,M3.5.0/1", [("2026-03-29 01:00", 1), ("2026-10-25 01:00", 0)]),
    ("hours before midnight", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", [("2026-03-29 01:00", -1), ("2026-10-25 01:00", -2)]),
    ("half an hour", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", [("2026-04-04 15:00", 10.5), ("2026-10-03 15:30", 11)]),
    ("two hours", "<+00>0<+02>-2,M3.5.0/1,M10.5.0/3", [("2026-03-29 01:00", 2), ("2026-10-25 01:00", 0)]),
    ("past a day", "IST-2IDT,M3.4.4/26,M10.5.0", [("2026-03-27 00:00", 3), ("2026-10-24 23:00", 2)]),
    ("days of the year", "XST0XDT,J60/0,J305/0", [("2026-03-01 00:00", 1), ("2026-10-31 23:00", 0)]),
    ("J60 in a leap year", "XST0XDT,J60/0,J305/0", [("2028-03-01 00:00", 1), ("2028-10-31 23:00", 0)]),
    ("day 59 in a leap year", "XST0XDT,59/0,304/0", [("2028-02-29 00:00", 1), ("2028-10-30 23:00", 0)]),
]


@pytest.mark.parametrize(("rule", "steps"), [case[1:] for case in RULES], ids=[case[0] for case in RULES])
def test_a_rule_for_the_years_to_come(rule, steps):
    year = steps[0][0][:4]
    found = [step for step in by_rule(rule) if utc(f"{year}-01-01") <= step[0] < utc(f"{int(year) + 1}-01-01")]
    assert found == [(utc(instant), hours * 3600) for instant, hours in steps]


@pytest.mark.parametrize("rule", ["", "<+06>-6", "EST5"])
def test_a_rule_without_changes(rule):
    assert list(by_rule(rule)) == []


@pytest.mark.parametrize("rule", ["EST", "5EST", "EST5EDT,M3.2.0", ":America/New_York"])
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(ValueError):
        list(by_rule(rule))


@pytest.mark.parametrize("data", [b"\0" * 44, b"TZif\0" + b"\0" * 39, b"TZjf2" + b"\0" * 39])
def test_what_is_no_file_of_a_zone_is_refused(data):
    with pytest.raises(ValueError):
        read(data)


def clock_of(name: str) -> Clock:
    return read(data_of(name))


def test_every_year_has_its_two_changes():
    changes = clock_of("America/New_York").changes
    assert [datetime.fromtimestamp(change.at, UTC).year for change in changes] == sorted([*range(2020, 2038)] * 2)
    assert {(change.before, change.after) for change in changes} == {(-18000, -14400), (-14400, -18000)}


def test_changes_that_are_known():
    assert [str(change) for change in clock_of("Asia/Almaty").changes] == ["2024-02-29 18:00Z +360 -> +300 min"]
    assert [str(change) for change in clock_of("Pacific/Apia").changes] == [
        "2020-04-04 14:00Z +840 -> +780 min",
        "2020-09-26 14:00Z +780 -> +840 min",
        "2021-04-03 14:00Z +840 -> +780 min",
    ]


def test_the_offset_before_at_and_after_a_change():
    clock, change = clock_of("Asia/Almaty"), utc("2024-02-29 18:00")
    assert [clock.offset(change + second) // 3600 for second in (-1, 0, 1)] == [6, 5, 5]
    assert clock.offset(utc("2019-06-01 00:00")) // 3600 == 6


def test_a_clock_runs_on_where_it_no_longer_changes():
    mexico = clock_of("America/Mexico_City")
    assert [str(moment) for moment in mexico.quiet] == [
        "2023-04-02 08:00Z -360 -> -360 min",
        "2023-10-29 07:00Z -360 -> -360 min",
    ]
    assert clock_of("America/New_York").quiet == ()
    assert len(clock_of("Asia/Kathmandu").quiet) == 2
