from datetime import date, time
from uuid import UUID

import pytest

from scheduling.domain.work_hours import DayHours, RuleType, WorkHours
from scheduling.web.hours_words import (
    duplicates,
    length,
    name_of,
    range_in_words,
    record_in_words,
    week_in_words,
    weekdays_covered,
)


def on(days: str, *spans: tuple[int, int]) -> tuple[DayHours, ...]:
    return tuple(DayHours(int(day), time(start), time(end)) for day in days for start, end in spans)


def record(days=(), first="2026-06-01", last=None, **more) -> WorkHours:
    until = date.fromisoformat(last) if last else None
    return WorkHours(UUID(int=7), UUID(int=1), date.fromisoformat(first), until, tuple(days), **more)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(
            on("13", (9, 12), (13, 17)), "Mondays and Wednesdays 09:00–12:00 and 13:00–17:00", id="two days, two shifts"
        ),
        pytest.param(on("12345", (9, 17)), "Mondays to Fridays 09:00–17:00", id="a run of days"),
        pytest.param(on("1234567", (9, 17)), "Every day 09:00–17:00", id="all days"),
        pytest.param(on("124", (9, 17)), "Mondays, Tuesdays and Thursdays 09:00–17:00", id="no run"),
        pytest.param(
            on("12", (9, 17)) + on("5", (9, 13)), "Mondays and Tuesdays 09:00–17:00; Fridays 09:00–13:00", id="groups"
        ),
        pytest.param(on("1", (9, 12), (9, 12)), "Mondays 09:00–12:00", id="duplicates"),
        pytest.param(on("1", (9, 13), (12, 17)), "Mondays 09:00–17:00", id="overlap"),
        pytest.param((DayHours(5, time(18), time(23, 59)),), "Fridays 18:00–24:00", id="midnight"),
        pytest.param((DayHours(5, None, None),), "No hours on any day", id="off"),
        pytest.param((DayHours(5, time(12), time(9)),), "No hours on any day", id="makes no sense"),
    ],
)
def test_a_week_in_words(days, expected):
    assert week_in_words(days) == expected


def test_a_record_in_words():
    assert record_in_words(record(on("13", (9, 12), (13, 17)))) == (
        "Mondays and Wednesdays 09:00–12:00 and 13:00–17:00, from 1 June 2026 until further notice"
    )


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-06-01", None, "from 1 June 2026 until further notice"),
        ("2026-06-01", "2026-06-01", "on Monday 1 June 2026"),
        ("2026-06-01", "2027-01-31", "from 1 June 2026 to 31 January 2027"),
    ],
)
def test_dates_in_words(first, last, expected):
    assert range_in_words(date.fromisoformat(first), last and date.fromisoformat(last)) == expected


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-06-06", (6,)),
        ("2026-06-08", (1, 6, 7)),
        ("2026-06-12", (1, 2, 3, 4, 5, 6, 7)),
        (None, (1, 2, 3, 4, 5, 6, 7)),
        ("2076-06-06", (1, 2, 3, 4, 5, 6, 7)),
    ],
)
def test_weekdays_covered(last, expected):
    assert weekdays_covered(record(first="2026-06-06", last=last)) == expected


def test_a_short_exception_speaks_of_its_own_days_only():
    saturday = record(on("16", (9, 13)), "2026-12-05", "2026-12-05", rule=RuleType.OVERRIDE)

    assert record_in_words(saturday) == "Saturdays 09:00–13:00, on Saturday 5 December 2026"


def test_small_words():
    twice = record((*on("1", (9, 12), (9, 12), (9, 12)), DayHours(2, None, None), DayHours(2, None, None)))

    assert [length(2310), length(5), length(-90), duplicates(twice)] == ["38:30", "0:05", "-1:30", 2]
    assert [name_of(record()), name_of(record(rule=RuleType.OVERRIDE)), name_of(record(name="PTO"))] == [
        "Regular hours",
        "Exception",
        "PTO",
    ]
