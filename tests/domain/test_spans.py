"""The algebra on plain pairs against sets of points, and how instants become whole seconds."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain import spans
from scheduling.domain.interval import Interval

from .builders import at

pairs = st.tuples(st.integers(-20, 60), st.integers(1, 15)).map(lambda pair: (pair[0], pair[0] + pair[1]))
stretches = st.lists(pairs, max_size=12)


def points(pairs):
    return {point for start, end in pairs for point in range(start, end)}


def canonical(pairs):
    """Sorted, and no two touch or overlap."""
    return all(left[1] < right[0] for left, right in pairwise(pairs)) and all(start < end for start, end in pairs)


@given(stretches)
def test_merge_keeps_the_points_in_the_fewest_spans(some):
    merged = spans.merge(some)
    assert points(merged) == points(some)
    assert canonical(merged)
    assert spans.total(merged) == len(points(some))


@given(st.lists(stretches, max_size=4))
def test_union_has_the_points_of_any(many):
    united = spans.union(*many)
    assert points(united) == {point for some in many for point in points(some)}
    assert canonical(united)


@given(stretches, stretches)
def test_intersect_has_the_points_of_both(some, others):
    some, others = spans.merge(some), spans.merge(others)
    common = spans.intersect(some, others)
    assert points(common) == points(some) & points(others)
    assert canonical(common)
    assert common == spans.intersect(others, some)


@given(stretches, stretches)
def test_subtract_leaves_the_points_of_the_first_alone(some, holes):
    some = spans.merge(some)
    left = spans.subtract(some, sorted(holes))
    assert points(left) == points(some) - points(holes)
    assert canonical(left)


@given(stretches, pairs)
def test_clip_keeps_the_points_of_the_window(some, window):
    some = spans.merge(some)
    before = list(some)
    assert spans.clip(some, window) == spans.intersect(some, [window])
    assert some == before


@given(stretches, st.integers(0, 9), st.integers(0, 9))
def test_widen_adds_points_on_both_sides(some, before, after):
    widened = spans.widen(some, before, after)
    assert points(widened) == {
        point + by for start, end in some for point in range(start, end) for by in range(-before, after + 1)
    }
    assert canonical(widened)


@given(stretches)
def test_unpack_gives_what_was_packed(some):
    packed = spans.pack(some)
    assert spans.unpack(packed) == some
    assert packed.itemsize * len(packed) == 16 * len(some)


LONG_ROW = [(0, 10), (20, 30), (40, 50), (60, 70)]
HOLES = [
    pytest.param([], LONG_ROW, id="none"),
    pytest.param([(0, 100)], [], id="one over all"),
    pytest.param([(5, 65)], [(0, 5), (65, 70)], id="one from the first into the last"),
    pytest.param([(0, 10)], LONG_ROW[1:], id="exactly one span"),
    pytest.param([(10, 20), (30, 40)], LONG_ROW, id="exactly the gaps"),
    pytest.param([(2, 8), (3, 4), (3, 5)], [(0, 2), (8, 10), *LONG_ROW[1:]], id="short ones inside a long one"),
    pytest.param([(2, 25), (3, 4), (22, 28)], [(0, 2), (28, 30), *LONG_ROW[2:]], id="a short one hides no long one"),
    pytest.param([(2, 5), (5, 8)], [(0, 2), (8, 10), *LONG_ROW[1:]], id="touching ones"),
    pytest.param([(45, 46), (45, 48), (45, 47)], [*LONG_ROW[:2], (40, 45), (48, 50), (60, 70)], id="the same start"),
    pytest.param([(-9, -1), (0, 1), (69, 99)], [(1, 10), (20, 30), (40, 50), (60, 69)], id="over both edges"),
]


@pytest.mark.parametrize(("holes", "left"), HOLES)
def test_holes_may_overlap_as_long_as_they_are_sorted(holes, left):
    assert spans.subtract(LONG_ROW, holes) == left


CLIPS = [
    pytest.param((-5, 100), LONG_ROW, id="wider than all"),
    pytest.param((0, 70), LONG_ROW, id="exactly all"),
    pytest.param((5, 45), [(5, 10), (20, 30), (40, 45)], id="cuts both ends"),
    pytest.param((22, 25), [(22, 25)], id="inside one"),
    pytest.param((10, 20), [], id="exactly a gap"),
    pytest.param((70, 90), [], id="touches the end"),
    pytest.param((-9, 0), [], id="touches the beginning"),
    pytest.param((10, 21), [(20, 21)], id="touches one, cuts another"),
]


@pytest.mark.parametrize(("window", "inside"), CLIPS)
def test_what_lies_inside_a_window(window, inside):
    assert spans.clip(LONG_ROW, window) == inside


def test_widened_spans_that_meet_become_one():
    assert spans.widen([(0, 10), (20, 30)], 0, 9) == [(0, 19), (20, 39)]
    assert spans.widen([(0, 10), (20, 30)], 0, 10) == [(0, 40)]
    assert spans.widen([(0, 10), (20, 30)], 6, 5) == [(-6, 35)]


def test_moments_may_be_datetimes():
    nine, ten, eleven = (at(f"2026-11-23 {hour}:00") for hour in ("09", "10", "11"))
    assert spans.merge([(ten, eleven), (nine, ten)]) == [(nine, eleven)]
    assert spans.subtract([(nine, eleven)], [(ten, eleven)]) == [(nine, ten)]
    assert spans.clip([(nine, eleven)], (ten, eleven)) == [(ten, eleven)]


ROUNDED = [
    pytest.param("2026-11-23 14:00:00", 0, 0, id="a whole second"),
    pytest.param("2026-11-23 14:00:00.000001", 0, 1, id="a moment after"),
    pytest.param("2026-11-23 13:59:59.999999", -1, 0, id="a moment before"),
]


@pytest.mark.parametrize(("text", "down", "up"), ROUNDED)
def test_instants_become_whole_seconds_down_or_up(text, down, up):
    whole = spans.seconds(at("2026-11-23 14:00"))
    assert (spans.seconds(at(text)), spans.seconds_up(at(text))) == (whole + down, whole + up)


def test_before_1970_down_is_still_earlier():
    moment = datetime(1969, 12, 31, 23, 59, 59, 500_000, UTC)
    assert (spans.seconds(moment), spans.seconds_up(moment)) == (-1, 0)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_second(moment):
    whole = moment.replace(microsecond=0)
    assert spans.instant(spans.seconds(moment)) == whole
    assert spans.seconds_up(moment) - spans.seconds(moment) == (moment != whole)


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        pytest.param(timedelta(minutes=30), 1800, id="whole"),
        pytest.param(timedelta(seconds=1, microseconds=1), 2, id="a moment longer"),
        pytest.param(timedelta(), 0, id="none"),
    ],
)
def test_a_duration_needs_every_second_it_has_begun(duration, seconds):
    assert spans.length(duration) == seconds


def test_taken_time_is_rounded_outwards_and_given_time_inwards():
    moment = timedelta(microseconds=1)
    start, end = at("2026-11-23 14:00"), at("2026-11-23 15:00")
    first, last = spans.seconds(start), spans.seconds(end)
    assert Interval(start, end).outer == Interval(start, end).inner == (first, last)
    odd = Interval(start + moment, end + moment)
    assert (odd.outer, odd.inner) == ((first, last + 1), (first + 1, last))


def test_less_than_a_second_takes_one_and_gives_none():
    start = at("2026-11-23 14:00")
    tiny = Interval(start + timedelta(milliseconds=200), start + timedelta(milliseconds=800))
    first = spans.seconds(start)
    assert tiny.outer == (first, first + 1)
    assert tiny.inner[0] >= tiny.inner[1]
