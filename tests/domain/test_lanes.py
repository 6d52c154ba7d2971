"""Side-by-side layout of overlapping visits."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scheduling.domain.lanes import Lane, lay_out

from .builders import minutes

CASES = [
    ("none", [], []),
    ("one", [(0, 60)], [(0, 1, 1)]),
    ("two that touch", [(0, 60), (60, 90)], [(0, 1, 1), (0, 1, 1)]),
    ("three that touch, the last first", [(60, 90), (30, 60), (0, 30)], [(0, 1, 1), (0, 1, 1), (0, 1, 1)]),
    ("two at once, longer first", [(0, 30), (0, 60)], [(1, 2, 1), (0, 2, 1)]),
    ("the same twice", [(0, 30), (0, 30)], [(0, 2, 1), (1, 2, 1)]),
    ("earlier first, whatever the order", [(15, 60), (0, 30)], [(1, 2, 1), (0, 2, 1)]),
    ("a lane used again", [(0, 60), (0, 30), (30, 60)], [(0, 2, 1), (1, 2, 1), (1, 2, 1)]),
    ("a chain is one group", [(0, 40), (30, 70), (60, 100)], [(0, 2, 1), (1, 2, 1), (0, 2, 1)]),
    ("room to the right is used", [(0, 60), (0, 30), (0, 20), (30, 60)], [(0, 3, 1), (1, 3, 1), (2, 3, 1), (1, 3, 2)]),
    ("a later one in the way", [(0, 60), (0, 60), (0, 10), (20, 30)], [(0, 3, 1), (1, 3, 1), (2, 3, 1), (2, 3, 1)]),
    ("the end of a chain is wide", [(0, 40), (0, 20), (0, 20), (30, 60)], [(0, 3, 1), (1, 3, 1), (2, 3, 1), (1, 3, 2)]),
    ("groups apart", [(0, 60), (30, 60), (100, 110)], [(0, 2, 1), (1, 2, 1), (0, 1, 1)]),
    ("groups that touch", [(0, 60), (30, 60), (60, 90)], [(0, 2, 1), (1, 2, 1), (0, 1, 1)]),
]


@pytest.mark.parametrize(("spans", "lanes"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_layout(spans, lanes):
    assert lay_out([minutes(*span) for span in spans]) == tuple(Lane(*lane) for lane in lanes)


def groups_of(intervals):
    """The indexes that overlap directly or through others, found by spreading from each one."""
    left, groups = set(range(len(intervals))), []
    while left:
        group, fresh = set(), {left.pop()}
        while fresh:
            group |= fresh
            fresh = {n for n in left if any(intervals[n].overlaps(intervals[m]) for m in fresh)}
            left -= fresh
        groups.append(group)
    return groups


def most_at_once(intervals):
    return max(sum(other.contains(one.start) for other in intervals) for one in intervals)


def faults(intervals, lanes):
    """The rules of a layout that these lanes break."""
    found = set()
    columns = [set(range(lane.lane, lane.lane + lane.span)) for lane in lanes]
    for group in groups_of(intervals):
        if {lanes[n].lanes for n in group} != {most_at_once([intervals[n] for n in group])}:
            found.add("a group has the number of lanes that it needs at once")
        if {lanes[n].lane for n in group} != set(range(len({lanes[n].lane for n in group}))):
            found.add("no lane of a group is empty")
    for n, lane in enumerate(lanes):
        if not columns[n] <= set(range(lane.lanes)) or lane.span < 1:
            found.add("a visit stands inside its group")
        meets = [m for m in range(len(intervals)) if m != n and intervals[m].overlaps(intervals[n])]
        if any(columns[n] & columns[m] for m in meets):
            found.add("visits that overlap share no lane")
        right = max(columns[n], default=-1) + 1
        if right < lane.lanes and not any(right in columns[m] for m in meets):
            found.add("a visit is as wide as it can be")
        before = [m for m in meets if intervals[m].contains(intervals[n].start)]
        if not set(range(lane.lane)) <= {lanes[m].lane for m in before}:
            found.add("a visit takes the leftmost lane that is free")
    return found


# Intervals out of a few starts and lengths, so that equal, nested and touching ones come up often.
spans = st.lists(
    st.builds(
        lambda start, length: minutes(start, start + length),
        st.integers(0, 12).map(lambda n: n * 10) | st.integers(0, 150),
        st.sampled_from([10, 20, 30, 60]) | st.integers(1, 60),
    ),
    max_size=15,
)


@given(spans)
@example([minutes(0, 30), minutes(0, 30), minutes(30, 60), minutes(20, 40)])
def test_a_layout_keeps_its_rules(intervals):
    assert faults(intervals, lay_out(intervals)) == set()


BROKEN = [
    ("a group has the number of lanes that it needs at once", [(0, 1, 1), (1, 2, 1), (0, 1, 1)]),
    ("no lane of a group is empty", [(1, 3, 1), (2, 3, 1), (0, 1, 1)]),
    ("a visit stands inside its group", [(0, 2, 1), (1, 2, 2), (0, 1, 1)]),
    ("visits that overlap share no lane", [(0, 2, 2), (1, 2, 1), (0, 1, 1)]),
    ("a visit is as wide as it can be", [(0, 3, 1), (1, 3, 1), (0, 1, 1)]),
    ("a visit takes the leftmost lane that is free", [(0, 2, 1), (1, 2, 1), (1, 2, 1)]),
]


@pytest.mark.parametrize(("rule", "lanes"), BROKEN, ids=[case[0] for case in BROKEN])
def test_a_layout_that_breaks_a_rule_is_seen(rule, lanes):
    intervals = [minutes(0, 30), minutes(10, 40), minutes(40, 60)]
    assert rule in faults(intervals, [Lane(*lane) for lane in lanes])
    assert faults(intervals, lay_out(intervals)) == set()


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_visits_that_only_touch_share_one_lane(lengths):
    borders = [sum(lengths[:n]) for n in range(len(lengths) + 1)]
    row = [minutes(start, end) for start, end in pairwise(borders)]
    assert set(lay_out(row)) == {Lane(0, 1)}


@given(spans, st.data())
def test_the_order_given_counts_only_between_equal_visits(intervals, data):
    order = data.draw(st.permutations(range(len(intervals))))
    lanes, shuffled = lay_out(intervals), lay_out([intervals[n] for n in order])
    assert sorted(zip(intervals, lanes, strict=True), key=repr) == sorted(
        zip((intervals[n] for n in order), shuffled, strict=True), key=repr
    )
    for n, interval in enumerate(intervals):
        equal = [m for m in range(n) if intervals[m] == interval]
        assert all(lanes[m].lane < lanes[n].lane for m in equal)


@given(spans, st.integers(-3000, 3000))
def test_a_layout_is_the_same_at_another_time(intervals, moved):
    later = [interval.shifted(timedelta(minutes=moved)) for interval in intervals]
    assert lay_out(later) == lay_out(intervals)


@given(spans)
def test_a_group_is_laid_out_as_if_it_were_alone(intervals):
    together = lay_out(intervals)
    for group in groups_of(intervals):
        members = sorted(group)
        assert lay_out([intervals[n] for n in members]) == tuple(together[n] for n in members)
