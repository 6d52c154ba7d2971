"""At which instants a visit may begin: on the step of the clinician's clock, through every change of it."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain import spans
from scheduling.domain.raster import Raster
from scheduling.domain.spans import instant

from .builders import NEW_YORK, at, minutes, span

MORNING = span("2026-11-23 14:00", "2026-11-23 17:00")
WHOLE = span("2026-03-01", "2026-12-01")


def starts(*free, length=30, step=15, offset=0, zone=NEW_YORK, window=WHOLE):
    raster = Raster.of(window.outer, zone, step * 60, offset * 60)
    return [instant(start) for run in raster.runs([each.inner for each in free], length * 60) for start in run]


def clocks(found, zone):
    return [f"{start.astimezone(zone):%d %H:%M}" for start in found]


def test_starts_stay_on_the_quarter_hour_after_a_ragged_visit():
    ragged = span("2026-11-23 14:05", "2026-11-23 15:10")
    assert starts(ragged) == [at("2026-11-23 14:15"), at("2026-11-23 14:30")]


def test_an_offset_moves_every_start():
    assert starts(MORNING, length=60, step=60, offset=20) == [at("2026-11-23 14:20"), at("2026-11-23 15:20")]


def test_steps_follow_the_clock_of_the_zone():
    kathmandu = ZoneInfo("Asia/Kathmandu")  # 09:00 there is 03:15 UTC
    free = span("2026-11-23 03:15", "2026-11-23 05:15")
    assert starts(free, step=60, zone=kathmandu) == [at("2026-11-23 03:15"), at("2026-11-23 04:15")]
    assert starts(free, step=60, zone=ZoneInfo("UTC")) == [at("2026-11-23 04:00")]


def test_starts_come_back_to_the_hour_after_a_half_hour_change():
    lord_howe = ZoneInfo("Australia/Lord_Howe")  # 02:00 becomes 01:30 at 15:00 UTC
    night = span("2026-04-04 14:00", "2026-04-04 18:00")
    assert starts(night, length=60, step=60, zone=lord_howe) == [
        at("2026-04-04 14:00"),
        at("2026-04-04 15:30"),
        at("2026-04-04 16:30"),
    ]


def test_the_repeated_hour_is_offered_twice():
    night = span("2026-11-01 04:00", "2026-11-01 07:30")
    assert clocks(starts(night, step=30), NEW_YORK) == [
        "01 00:00", "01 00:30", "01 01:00", "01 01:30", "01 01:00", "01 01:30", "01 02:00",
    ]  # fmt: skip


def test_a_step_that_does_not_divide_the_day_begins_anew_at_midnight():
    evening = span("2026-11-24 03:30", "2026-11-24 07:00")  # 22:30 to 02:00
    assert clocks(starts(evening, step=50), NEW_YORK) == ["23 22:30", "23 23:20", "24 00:00", "24 00:50"]


def test_such_a_step_follows_the_clock_through_a_change():
    night = span("2026-11-01 04:00", "2026-11-01 08:00")
    assert clocks(starts(night, step=50), NEW_YORK) == ["01 00:00", "01 00:50", "01 01:40", "01 01:40", "01 02:30"]


@pytest.mark.parametrize("length", [181, 24 * 60])
def test_a_visit_longer_than_the_gap_begins_nowhere(length):
    assert starts(MORNING, length=length) == []


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90)), max_size=6),
    st.integers(5, 60),
    st.sampled_from([5, 15, 20]),
)
def test_starts_are_exactly_the_grid_points_from_which_the_visit_fits(stretches, length, step):
    free = spans.merge(minutes(start, start + lasts).inner for start, lasts in stretches)
    raster = Raster.of(WHOLE.outer, ZoneInfo("UTC"), step * 60, 0)
    fits = [
        slot.inner[0]
        for slot in (minutes(point, point + length) for point in range(0, 400, step))
        if any(low <= slot.inner[0] and slot.inner[1] <= high for low, high in free)
    ]
    assert [start for run in raster.runs(free, length * 60) for start in run] == fits
