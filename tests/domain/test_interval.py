"""The interval algebra against sets of minutes."""

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.interval import Interval, clip, intersect, merge, subtract, total

from .builders import at, minutes, span

HORIZON = 60
stretches = st.lists(
    st.tuples(st.integers(0, HORIZON), st.integers(1, 15)).map(lambda p: minutes(p[0], p[0] + p[1])), max_size=12
)


def as_minutes(intervals):
    zero = at("2026-11-23")
    return {
        minute
        for interval in intervals
        for minute in range(
            (interval.start - zero) // timedelta(minutes=1), (interval.end - zero) // timedelta(minutes=1)
        )
    }


def is_canonical(intervals):
    """Sorted, and no two touch or overlap."""
    return all(left.end < right.start for left, right in pairwise(intervals))


@given(stretches)
def test_merging_keeps_the_same_time_in_the_fewest_pieces(some):
    merged = merge(some)
    assert as_minutes(merged) == as_minutes(some)
    assert is_canonical(merged)
    assert merge(merged) == merged
    assert total(some) == timedelta(minutes=len(as_minutes(some)))


@given(stretches, stretches)
def test_intersecting_and_subtracting_are_set_operations(some, others):
    common, rest = intersect(some, others), subtract(some, others)
    assert as_minutes(common) == as_minutes(some) & as_minutes(others)
    assert as_minutes(rest) == as_minutes(some) - as_minutes(others)
    assert is_canonical(common)
    assert is_canonical(rest)
    assert merge([*common, *rest]) == merge(some)


@given(stretches, st.integers(0, HORIZON), st.integers(1, HORIZON))
def test_clipping_is_intersecting_with_the_window(some, start, length):
    window = minutes(start, start + length)
    assert as_minutes(clip(some, window)) == as_minutes(some) & as_minutes([window])


def test_touching_stretches_become_one_and_do_not_overlap():
    left, right = minutes(0, 30), minutes(30, 60)
    assert merge([right, left]) == (minutes(0, 60),)
    assert not left.overlaps(right)
    assert subtract([left], [right]) == (left,)


def test_a_hole_that_reaches_over_two_stretches_cuts_both():
    assert subtract([minutes(0, 10), minutes(20, 30), minutes(40, 50)], [minutes(5, 25)]) == (
        minutes(0, 5),
        minutes(25, 30),
        minutes(40, 50),
    )


def test_an_interval_is_kept_in_utc():
    eastern = timezone(timedelta(hours=-5))
    there = Interval(datetime(2026, 11, 23, 9, tzinfo=eastern), datetime(2026, 11, 23, 10, tzinfo=eastern))
    assert there == span("2026-11-23 14:00", "2026-11-23 15:00")
    assert there.start.utcoffset() == timedelta()


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(at("2026-11-23"), at("2026-11-23"), id="no length"),
        pytest.param(at("2026-11-24"), at("2026-11-23"), id="backwards"),
        pytest.param(datetime(2026, 11, 23), at("2026-11-24"), id="naive start"),
        pytest.param(at("2026-11-23"), datetime(2026, 11, 24), id="naive end"),
    ],
)
def test_what_is_no_stretch_of_time_is_refused(start, end):
    with pytest.raises(ValueError):
        Interval(start, end)


def test_the_parts_of_an_interval():
    hour = minutes(0, 60)
    assert hour.minutes == 60
    assert hour.contains(hour.start)
    assert not hour.contains(hour.end)
    assert hour.covers(minutes(10, 60))
    assert not hour.covers(minutes(10, 61))
    assert hour.clip(minutes(60, 70)) is None
    assert hour.shifted(timedelta(minutes=5)) == minutes(5, 65)
