"""The periods of figures."""

from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from scheduling.domain.usage.period import MOST_DAYS, Backwards, Kind, OutOfReach, Period, TooLong

NEW_YORK = ZoneInfo("America/New_York")


def told(period: Period) -> str:
    return f"{period.first}..{period.last}"


HELD = [
    (Kind.WEEK, "2026-11-25", "2026-11-23..2026-11-29", "2026-11-16..2026-11-22", "2025-11-24..2025-11-30"),
    (Kind.MONTH, "2026-12-31", "2026-12-01..2026-12-31", "2026-11-01..2026-11-30", "2025-12-01..2025-12-31"),
    (Kind.QUARTER, "2026-02-14", "2026-01-01..2026-03-31", "2025-10-01..2025-12-31", "2025-01-01..2025-03-31"),
]


@pytest.mark.parametrize(("kind", "day", "period", "before", "year"), HELD, ids=[row[0].value for row in HELD])
def test_a_period_holds_its_day(kind: Kind, day: str, period: str, before: str, year: str) -> None:
    found = Period.holding(kind, date.fromisoformat(day))

    assert (told(found), told(found.before), told(found.year_before)) == (period, before, year)
    assert found.before.after == found


def test_any_days_move_by_their_number_and_a_year_by_their_dates() -> None:
    found = Period.custom(date(2024, 2, 29), date(2024, 3, 9))

    assert (told(found.before), told(found.after)) == ("2024-02-19..2024-02-28", "2024-03-10..2024-03-19")
    assert told(found.year_before) == "2023-02-28..2023-03-09"


@pytest.mark.parametrize(
    ("first", "last", "refused"),
    [
        pytest.param("2026-11-02", "2026-11-01", Backwards, id="backwards"),
        pytest.param("2016-01-01", "2026-01-01", TooLong, id="ten years"),
        pytest.param("1900-01-01", "1900-01-02", OutOfReach, id="long ago"),
    ],
)
def test_what_is_no_period(first: str, last: str, refused: type[ValueError]) -> None:
    with pytest.raises(refused):
        Period.custom(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("kind", list(Kind)[:3])
@pytest.mark.parametrize("day", [date(2000, 1, 1), date(2199, 12, 31)], ids=["the first year", "the last year"])
def test_at_the_ends_of_time_there_is_nothing_further(kind: Kind, day: date) -> None:
    try:
        found = Period.holding(kind, day)
        assert found.first <= day <= found.last
        assert found.before.last < found.first < found.after.first
    except OutOfReach:
        assert day.year in (2000, 2199)


def test_months_are_its_parts_and_leave_no_gap() -> None:
    period = Period.custom(date(2026, 1, 15), date(2026, 1, 15).replace(year=2027))
    parts = list(period.parts(NEW_YORK))

    assert (period.days <= MOST_DAYS, len(parts)) == (True, 13)
    assert (parts[0].start, parts[-1].end) == (period.interval(NEW_YORK).start, period.interval(NEW_YORK).end)
    assert all(one.end == other.start for one, other in pairwise(parts))
