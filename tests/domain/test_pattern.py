"""Weeks of hours as patterns: nights, overlaps, breaks, totals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.pattern import DAY, WEEKDAYS, fold, merge, overlaps, short_gaps, split, too_long, total, unfold

H = 60
NIGHT = (22 * H, 30 * H)

spans = st.tuples(st.integers(0, DAY), st.integers(0, DAY)).filter(lambda pair: pair[0] < pair[1])
# Borders at midnight are what nights are made of, so that they come often.
bordering = st.sampled_from([(0, 6 * H), (0, 9 * H), (0, DAY), (22 * H, DAY), (8 * H, DAY), (9 * H, 12 * H)])
weeks = st.dictionaries(
    st.sampled_from(list(WEEKDAYS)), st.lists(spans | bordering, max_size=5, unique=True).map(tuple), max_size=7
)
typed = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY - 1)).map(
    lambda pair: (pair[0], pair[0] + pair[1])  # at least a minute, less than a day: whatever can be typed
)


def sorted_week(week):
    return {weekday: tuple(sorted(week.get(weekday, ()))) for weekday in WEEKDAYS}


def minutes_of(week):
    """The minutes of the week that are worked, one by one."""
    return {
        ((weekday - 1) * DAY + minute) % (7 * DAY)
        for weekday, row in week.items()
        for start, end in row
        for minute in range(start, end)
    }


@given(weeks)
def test_unfolding_what_was_folded_is_the_week_again(week):
    assert unfold(fold(week)) == sorted_week(week)


@given(weeks)
def test_a_night_is_one_that_can_be_typed(week):
    assert all(0 < end - start < DAY or (start, end) == (0, DAY) for row in fold(week).values() for start, end in row)


@given(st.dictionaries(st.sampled_from(list(WEEKDAYS)), st.lists(typed, max_size=3).map(tuple), max_size=7))
def test_halves_cover_what_the_night_covers_and_the_total_counts_it_once(week):
    assert minutes_of(unfold(week)) == minutes_of(week)
    assert total(week) == len(minutes_of(week))


@given(st.dictionaries(st.sampled_from(list(WEEKDAYS)), st.lists(typed, max_size=3).map(tuple), max_size=7))
def test_something_overlaps_where_time_is_counted_twice(week):
    counted = sum(end - start for row in week.values() for start, end in row)

    assert any(overlaps(week).values()) == (counted > total(week))


@given(typed)
def test_a_split_keeps_the_ends_and_leaves_half_an_hour(span):
    parts = split(span)

    assert (parts is None) or (
        parts[0][0] == span[0]
        and parts[1][1] == span[1]
        and parts[1][0] - parts[0][1] == 30
        and min(end - start for start, end in parts) >= 15
    )
    assert parts or span[1] - span[0] < 90


@pytest.mark.parametrize(
    ("week", "folded"),
    [
        pytest.param({1: ((22 * H, DAY),), 2: ((0, 6 * H),)}, {1: (NIGHT,)}, id="a night"),
        pytest.param({7: ((22 * H, DAY),), 1: ((0, 6 * H),)}, {7: (NIGHT,)}, id="Sunday into Monday"),
        pytest.param({1: ((22 * H, DAY),)}, {1: ((22 * H, DAY),)}, id="only until midnight"),
        pytest.param(
            {1: ((9 * H, DAY),), 2: ((0, 9 * H),)}, {1: ((9 * H, DAY),), 2: ((0, 9 * H),)}, id="all of 24 hours"
        ),
        pytest.param({1: ((0, DAY),), 2: ((0, DAY),)}, {1: ((0, DAY),), 2: ((0, DAY),)}, id="whole days"),
        pytest.param(
            {1: ((22 * H, DAY), (20 * H, DAY)), 2: ((0, 6 * H),)},
            {1: ((20 * H, DAY), (22 * H, DAY)), 2: ((0, 6 * H),)},
            id="two until midnight",
        ),
    ],
)
def test_folding(week, folded):
    assert {weekday: row for weekday, row in fold(week).items() if row} == folded


def test_the_second_half_of_a_night_overlaps_the_next_day():
    week = {1: (NIGHT,), 2: ((5 * H, 9 * H),), 3: ((9 * H, 12 * H),)}

    pairs = overlaps(week)

    assert [(a.weekday, a.span, b.weekday, b.span) for a, b in pairs[2]] == [(1, NIGHT, 2, (5 * H, 9 * H))]
    assert [weekday for weekday, row in pairs.items() if row] == [2]


@pytest.mark.parametrize(
    ("row", "gaps"),
    [
        pytest.param([(540, 720), (730, 900)], [(720, 730)], id="ten minutes"),
        pytest.param([(540, 720), (735, 900)], [], id="a quarter of an hour"),
        pytest.param([(540, 720), (720, 900)], [], id="touching"),
        pytest.param([(540, 720), (600, 900)], [], id="overlapping"),
    ],
)
def test_short_breaks(row, gaps):
    assert list(short_gaps({1: tuple(row)})[1]) == gaps


def test_long_intervals_are_told_by_the_day_they_begin_on():
    found = too_long({1: ((8 * H, 20 * H),), 2: ((20 * H, 33 * H),)})

    assert {weekday: row for weekday, row in found.items() if row} == {2: ((20 * H, 33 * H),)}


@pytest.mark.parametrize(
    ("span", "parts"),
    [
        pytest.param((9 * H, 17 * H), ((9 * H, 12 * H), (12 * H + 30, 17 * H)), id="at noon"),
        pytest.param((13 * H, 17 * H), ((13 * H, 14 * H + 45), (15 * H + 15, 17 * H)), id="in the middle"),
        pytest.param(NIGHT, ((22 * H, 25 * H + 45), (26 * H + 15, 30 * H)), id="a night"),
        pytest.param((9 * H, 9 * H + 45), None, id="too short"),
    ],
)
def test_splitting(span, parts):
    assert split(span) == parts


@pytest.mark.parametrize(
    ("row", "merged"),
    [
        pytest.param([(3, 5), (1, 2)], ((1, 2), (3, 5)), id="sorted"),
        pytest.param([(1, 3), (3, 5)], ((1, 5),), id="touching"),
        pytest.param([(1, 9), (3, 5), (3, 5)], ((1, 9),), id="inside and twice"),
        pytest.param([(4, 4)], (), id="empty"),
    ],
)
def test_merging(row, merged):
    assert merge(row) == merged
