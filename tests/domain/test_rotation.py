"""Weeks that take turns: the letter of any date, and records that say exactly what the letters say."""

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.domain.rotation import (
    Piece,
    Spread,
    Turns,
    WeekOfHours,
    copies,
    days_of,
    monday_of,
    pieces,
    spread,
    turn_of,
    week_of,
)
from scheduling.domain.work_hours import DayHours

OFF: WeekOfHours = ((),) * 7
NINE, TEN = ((540, 1020),), ((600, 1440),)
EARLY: WeekOfHours = (NINE,) * 5 + ((), ())
LATE: WeekOfHours = (TEN,) * 5 + ((), ())
MONDAY = date(2026, 11, 23)

LETTERS = {
    "the anchor": (MONDAY, 0),
    "its Sunday": (MONDAY + timedelta(days=6), 0),
    "the next week": (MONDAY + timedelta(days=7), 1),
    "the week before": (MONDAY - timedelta(days=1), 1),
    "over a year of 53 weeks": (date(2026, 12, 28), 1),
    "and after it": (date(2027, 1, 4), 0),
    "past the clock change": (date(2027, 3, 15), 0),
    "ten years on": (date(2036, 11, 24), 0),
}


@pytest.mark.parametrize(("day", "turn"), LETTERS.values(), ids=LETTERS)
def test_the_turn_of_a_date(day: date, turn: int) -> None:
    assert turn_of(day, MONDAY, 2) == turn


dates = st.dates(date(1990, 1, 1), date(2150, 1, 1))
spans = st.sampled_from([(), NINE, TEN, ((480, 720), (780, 1020))])
weeks = st.tuples(*[spans] * 7)
few_weeks = st.lists(st.sampled_from([EARLY, LATE, OFF]), min_size=2, max_size=4).map(tuple)


@given(dates, dates, st.integers(1, 4))
def test_turns_follow_each_other_week_by_week_for_ever(day: date, anchor: date, count: int) -> None:
    here = turn_of(day, anchor, count)
    assert turn_of(day + timedelta(days=7), anchor, count) == (here + 1) % count
    assert turn_of(monday_of(day), anchor, count) == here
    assert turn_of(day, anchor + timedelta(days=7 * count), count) == here
    assert turn_of(anchor, anchor, count) == 0


@st.composite
def some_turns(draw: Callable[..., object]) -> Turns:
    first: date = draw(dates)  # type: ignore[assignment]
    last = first + timedelta(days=draw(st.integers(0, 120)))  # type: ignore[arg-type]
    return Turns(draw(dates), draw(few_weeks | st.lists(weeks, min_size=2, max_size=4).map(tuple)), first, last)  # type: ignore[arg-type]


def every_day(turns: Turns) -> list[date]:
    return [turns.first + timedelta(days=n) for n in range((turns.last - turns.first).days + 1)]


def said_by(told: Spread, day: date) -> WeekOfHours:
    covering = [piece.week for piece in told.exceptions if piece.first <= day <= piece.last]
    assert len(covering) < 2
    return covering[0] if covering else told.base


@settings(max_examples=150)
@given(some_turns())
def test_the_records_say_what_the_letters_say(turns: Turns) -> None:
    told = spread(turns)
    assert [said_by(told, day) for day in every_day(turns)] == [turns.on(day) for day in every_day(turns)]


@settings(max_examples=100)
@given(some_turns(), st.sets(st.integers(0, 120), max_size=5))
def test_days_of_other_exceptions_are_left_alone(turns: Turns, kept: set[int]) -> None:
    keep = {turns.first + timedelta(days=n) for n in kept}
    told = spread(turns, keep=keep)
    assert not [day for day in keep for piece in told.exceptions if piece.first <= day <= piece.last]
    assert all(said_by(told, day) == turns.on(day) for day in every_day(turns) if day not in keep)


@settings(max_examples=100)
@given(some_turns())
def test_no_other_base_needs_fewer_records(turns: Turns) -> None:
    told = spread(turns)
    for base in set(turns.weeks):
        changes = [turns.on(day) for day in every_day(turns)]
        others = sum(
            week != base and (number == 0 or changes[number - 1] != week) for number, week in enumerate(changes)
        )
        assert len(told.exceptions) <= others


def test_hours_that_stand_already_are_the_base_of_equals() -> None:
    turns = Turns(MONDAY, (EARLY, LATE), MONDAY, MONDAY + timedelta(days=7 * 4 - 1))
    assert (spread(turns).base, spread(turns, LATE).base, len(spread(turns, LATE).exceptions)) == (EARLY, LATE, 2)


def test_a_year_of_a_b_weeks_takes_27_records() -> None:
    turns = Turns(MONDAY, (EARLY, LATE), MONDAY, MONDAY + timedelta(days=7 * 52 - 1))
    assert 1 + len(spread(turns).exceptions) == 27


def test_weeks_in_a_row_with_the_same_hours_are_one_record() -> None:
    turns = Turns(MONDAY, (EARLY, EARLY, LATE, LATE), MONDAY, MONDAY + timedelta(days=7 * 8 - 1))
    assert [(piece.last - piece.first).days + 1 for piece in spread(turns).exceptions] == [14, 14]


@given(weeks)
def test_a_week_survives_being_a_record(week: WeekOfHours) -> None:
    assert week_of(days_of(week)) == week


def test_entries_that_count_for_nothing_or_twice() -> None:
    entries = (
        DayHours(1, time(9), time(12)),
        DayHours(1, time(9), time(12)),
        DayHours(1, time(12), time(23, 59, 59)),
        DayHours(2, time(12), time(0)),
        DayHours(3, None, None),
    )
    assert week_of(entries) == (((540, 1440),), *((),) * 6)


COPIES = {
    "none": ([], [], []),
    "one": ([1], [], [(1, 1)]),
    "the same already": ([1, 2], [1, 2], []),
    "in a row": ([3, 1, 2], [], [(1, 3)]),
    "apart": ([1, 3], [], [(1, 1), (3, 3)]),
    "the same at both ends": ([1, 2, 3], [1, 3], [(2, 2)]),
    "the same between": ([1, 2, 3], [2], [(1, 3)]),
}


@pytest.mark.parametrize(("chosen", "same", "expected"), COPIES.values(), ids=COPIES)
def test_copies_take_the_fewest_records(chosen: list[int], same: list[int], expected: list[tuple[int, int]]) -> None:
    mondays = {number: MONDAY + timedelta(weeks=number) for number in range(5)}
    alike = {mondays[number] for number in same}

    told = copies([mondays[number] for number in chosen], EARLY, alike.__contains__)

    assert told == tuple(Piece(mondays[a], mondays[b] + timedelta(days=6), EARLY) for a, b in expected)


def test_days_in_a_row_are_one_piece() -> None:
    wanted = {MONDAY: EARLY, MONDAY + timedelta(days=1): EARLY, MONDAY + timedelta(days=2): LATE}
    told = pieces(MONDAY, MONDAY + timedelta(days=5), wanted.get)
    assert [(piece.first.day, piece.last.day) for piece in told] == [(23, 24), (25, 25)]
