"""The ruler of a column: what a script reads of it is what the axis says."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.week import Week, rows_of
from scheduling.web.board.axis import Scale, Visible, build
from scheduling.web.board.ruler import ruler

ZONES = ["America/New_York", "Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Asia/Kathmandu", "UTC"]
FIVE = timedelta(minutes=5)


def instant_at(told: str, row: int) -> datetime:
    """What static/js/board-ruler.js makes of a row: the part it lies in, and never past where the next one begins."""
    pairs = [tuple(map(int, pair.split(":"))) for pair in told.split()]
    number = max((n for n, (first, _) in enumerate(pairs[:-1]) if first <= row), default=0)
    first, minutes = pairs[number]
    at = min(minutes + max(0, row - first) * 5, pairs[number + 1][1])
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=at)


def shown(scale: Scale, first: int = 0) -> str:
    return ruler(scale, Visible(first, 288, trimmed=first > 0))


@given(
    week=st.builds(Week.containing, st.dates(date(1975, 1, 6), date(2040, 1, 1))),
    zone=st.sampled_from(ZONES),
    first=st.sampled_from([0, 84, 96]),
)
def test_each_row_of_a_day_leads_to_its_instant(week: Week, zone: str, first: int) -> None:
    for scale in build(week.days, ZoneInfo(zone)).scales:
        told = shown(scale, first)
        for row in rows_of(scale.day, ZoneInfo(zone), 5):
            assert instant_at(told, scale.first(row.start) - first) == row.start


@pytest.mark.parametrize(
    ("day", "zone", "told"),
    [
        pytest.param(date(1970, 1, 1), "UTC", "0:0 288:1440", id="one part"),
        pytest.param(date(2026, 3, 8), "America/New_York", "0:29549100 36:29549220 288:29550480", id="forward"),
        pytest.param(date(2026, 11, 1), "America/New_York", "0:29891760 24:29891880 300:29893260", id="back"),
        pytest.param(date(2011, 12, 30), "Pacific/Apia", "", id="a day left out"),
    ],
)
def test_the_parts_of_a_day(day: date, zone: str, told: str) -> None:
    (scale,) = build([day], ZoneInfo(zone)).scales

    assert shown(scale) == told


def test_time_that_the_clock_leaves_out_leads_to_where_it_goes_on() -> None:
    (scale,) = build([date(2026, 3, 8)], ZoneInfo("America/New_York")).scales

    assert instant_at(shown(scale), 30) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
