"""Side-by-side layout of overlapping visits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.lanes import Lane, lay_out

from .builders import minutes

CASES = [
    ("none", [], []),
    ("one", [(0, 60)], [(0, 1, 1)]),
    ("two that touch", [(0, 60), (60, 90)], [(0, 1, 1), (0, 1, 1)]),
    ("two at once, longer first", [(0, 30), (0, 60)], [(1, 2, 1), (0, 2, 1)]),
    ("the same twice", [(0, 30), (0, 30)], [(0, 2, 1), (1, 2, 1)]),
    ("a lane used again", [(0, 60), (0, 30), (30, 60)], [(0, 2, 1), (1, 2, 1), (1, 2, 1)]),
    ("a chain is one group", [(0, 40), (30, 70), (60, 100)], [(0, 2, 1), (1, 2, 1), (0, 2, 1)]),
    ("room to the right is used", [(0, 60), (0, 30), (0, 20), (30, 60)], [(0, 3, 1), (1, 3, 1), (2, 3, 1), (1, 3, 2)]),
    ("groups apart", [(0, 60), (30, 60), (100, 110)], [(0, 2, 1), (1, 2, 1), (0, 1, 1)]),
]


@pytest.mark.parametrize(("spans", "lanes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_layout(spans, lanes):
    assert lay_out([minutes(*span) for span in spans]) == tuple(Lane(*lane) for lane in lanes)


spans = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 60)).map(lambda p: minutes(p[0], p[0] + p[1])), max_size=15
)


@given(spans)
def test_nothing_that_overlaps_shares_a_lane_and_no_lane_is_wasted(intervals):
    placed = list(zip(intervals, lay_out(intervals), strict=True))
    for number, (interval, lane) in enumerate(placed):
        meets = [other for other in placed[:number] + placed[number + 1 :] if other[0].overlaps(interval)]
        mine = set(range(lane.lane, lane.lane + lane.span))
        assert mine.isdisjoint(taken for _, other in meets for taken in range(other.lane, other.lane + other.span))
        assert max(mine) < lane.lanes
        assert {other.lanes for _, other in meets} <= {lane.lanes}
        right = lane.lane + lane.span
        assert right == lane.lanes or any(other.lane <= right < other.lane + other.span for _, other in meets)


@given(spans)
def test_a_group_has_as_many_lanes_as_it_ever_needs_at_once(intervals):
    for interval, lane in zip(intervals, lay_out(intervals), strict=True):
        assert lane.lanes >= sum(other.contains(interval.start) for other in intervals)
    widest = max((sum(other.contains(one.start) for other in intervals) for one in intervals), default=0)
    assert max((lane.lanes for lane in lay_out(intervals)), default=0) == widest
