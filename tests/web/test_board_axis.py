"""The axis of the board: every instant has one place, and 09:00 stands at one height in every column."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.interval import Interval
from scheduling.domain.week import Week, rows_of
from scheduling.domain.zone import wall
from scheduling.web.board.axis import DAY_UNITS, UNIT, Axis, SeamKind, build, trim, units

ZONES = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Havana",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "UTC",
]
WEEKS = st.builds(Week.containing, st.dates(date(1975, 1, 6), date(2040, 1, 1)))


def axis_of(week: str, zone: str) -> Axis:
    return build(Week.parse(week).days, ZoneInfo(zone))


@given(week=WEEKS, zone=st.sampled_from(ZONES))
def test_each_row_of_a_day_stands_below_the_one_before(week: Week, zone: str) -> None:
    for scale in build(week.days, ZoneInfo(zone)).scales:
        places = [scale.place(Interval(row.start, row.end)) for row in rows_of(scale.day, ZoneInfo(zone))]
        assert all(end <= start for (_first, end), (start, _end) in pairwise(places))
        assert all(first < end for first, end in places)


@given(week=WEEKS, zone=st.sampled_from(ZONES))
def test_a_wall_time_after_the_changes_of_a_night_has_one_height(week: Week, zone: str) -> None:
    noons = set()
    for scale in build(week.days, ZoneInfo(zone)).scales:
        rows = [row for row in rows_of(scale.day, ZoneInfo(zone)) if row.label.hour == 12 and row.label.minute == 0]
        noons |= {scale.first(row.start) for row in rows}
    assert len(noons) == 1


@given(week=WEEKS, zone=st.sampled_from(ZONES))
def test_seams_fill_what_a_day_does_not_have(week: Week, zone: str) -> None:
    axis = build(week.days, ZoneInfo(zone))
    for scale in axis.scales:
        missing = sum(seam.end - seam.first for seam in scale.seams if seam.kind is not SeamKind.AGAIN)
        assert missing + units(timedelta(hours=scale.hours)) == axis.length


CHANGES = [
    pytest.param("2026-W44", "America/New_York", 300, [("again", 24, 36)], id="back-by-an-hour"),
    pytest.param("2026-W10", "America/New_York", 288, [("jump", 24, 36)], id="forward-by-an-hour"),
    pytest.param("2026-W14", "Australia/Lord_Howe", 294, [("again", 24, 30)], id="back-by-half-an-hour"),
    pytest.param("2026-W40", "Australia/Lord_Howe", 288, [("jump", 24, 30)], id="forward-by-half-an-hour"),
    pytest.param("2025-W44", "America/Havana", 300, [("again", 12, 24)], id="back-to-midnight"),
    pytest.param("2026-W17", "Africa/Cairo", 288, [("jump", 0, 12)], id="forward-from-midnight"),
    pytest.param("2018-W07", "America/Sao_Paulo", 300, [("again", 288, 300)], id="back-over-midnight"),
    pytest.param("2011-W52", "Pacific/Apia", 288, [("jump", 0, 288)], id="a-day-left-out"),
    pytest.param("2026-W48", "America/New_York", 288, [], id="no-change"),
]


@pytest.mark.parametrize(("week", "zone", "length", "marked"), CHANGES)
def test_the_day_of_a_change_is_marked(week: str, zone: str, length: int, marked: list) -> None:
    axis = axis_of(week, zone)

    seams = [seam for scale in axis.scales for seam in scale.seams if seam.kind is not SeamKind.OTHER]
    others = [seam for scale in axis.scales for seam in scale.seams if seam.kind is SeamKind.OTHER]
    assert axis.length == length
    assert [(seam.kind.value, seam.first, seam.end) for seam in seams] == marked
    assert len(others) == (6 if length > DAY_UNITS else 0)


def test_a_repeated_hour_has_two_heights() -> None:
    scale = axis_of("2026-W44", "America/New_York").scales[-1]
    first, second = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)

    assert {wall(moment, ZoneInfo("America/New_York")).hour for moment in (first, second)} == {1}
    assert (scale.first(first), scale.first(second)) == (18, 30)


TRIMS = [
    pytest.param([], 8 * 12, 18 * 12, id="nothing-used"),
    pytest.param([(9 * 12 + 3, 17 * 12 + 1)], 9 * 12, 18 * 12, id="to-whole-hours"),
    pytest.param([(9 * 12, 10 * 12)], 6 * 12, 14 * 12, id="eight-hours-at-least"),
    pytest.param([(0, 12)], 0, 8 * 12, id="at-the-beginning"),
    pytest.param([(23 * 12, 288)], 16 * 12, 288, id="at-the-end"),
    pytest.param([(0, 288)], 0, 288, id="all"),
]


@pytest.mark.parametrize(("used", "first", "end"), TRIMS)
def test_the_grid_is_trimmed_to_what_is_used(used: list, first: int, end: int) -> None:
    visible = trim(axis_of("2026-W48", "America/New_York"), used, whole=False)
    assert (visible.first, visible.end, visible.trimmed) == (first, end, (first, end) != (0, 288))


def test_the_whole_day_opens() -> None:
    visible = trim(axis_of("2026-W44", "America/New_York"), [(100, 110)], whole=True)
    assert (visible.first, visible.end, visible.trimmed) == (0, 300, False)


@given(start=st.integers(0, 287), length=st.integers(1, 288))
def test_a_place_is_as_long_as_the_time(start: int, length: int) -> None:
    scale = axis_of("2026-W48", "UTC").scales[0]
    begin = datetime(2026, 11, 23, tzinfo=UTC) + start * UNIT
    when = Interval(begin, min(begin + length * UNIT, datetime(2026, 11, 24, tzinfo=UTC)))
    assert scale.place(when) == (start, min(288, start + length))
