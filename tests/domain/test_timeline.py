"""Which record counts on a day and why, and rows in which no strip covers another."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.hours import expand
from scheduling.domain.timeline import Stretch, Why, judge, runs, stacked
from scheduling.domain.work_hours import HoursType, RuleType, WorkHours

ADA = UUID(int=1)
FIRST = date(2026, 11, 23)


def record(number: int, rule: str = RuleType.DEFAULT, made: int = 0, **of: object) -> WorkHours:
    told = {"first": FIRST, "last": FIRST, "days": (), "created_at": datetime(2026, 1, 1 + made, tzinfo=UTC)} | of
    return WorkHours(id=UUID(int=number), clinician_id=ADA, rule=rule, **told)  # type: ignore[arg-type]


OLD, NEW = record(1, made=1), record(2, made=2)
PTO, LATER_PTO = record(3, RuleType.OVERRIDE), record(4, RuleType.OVERRIDE, made=3)
NARROWING = record(5, RuleType.OVERRIDE, made=9, type=HoursType.AVAILABILITY)
CASES = {
    "none": ([], None, Why.NONE),
    "only one": ([OLD], OLD, Why.ONLY),
    "made last": ([NEW, OLD], NEW, Why.NEWEST),
    "an exception made earlier": ([NEW, PTO], PTO, Why.EXCEPTION),
    "two exceptions alone": ([PTO, LATER_PTO], LATER_PTO, Why.NEWEST),
    "two exceptions over regular hours": ([PTO, NEW, LATER_PTO], LATER_PTO, Why.NEWEST_EXCEPTION),
    "availability decides nothing": ([OLD, NARROWING], OLD, Why.ONLY),
    "a record of another day": ([record(6, first=FIRST + timedelta(days=1), last=None)], None, Why.NONE),
}


@pytest.mark.parametrize(("records", "winner", "why"), CASES.values(), ids=CASES)
def test_who_speaks_for_a_day_and_why(records: list[WorkHours], winner: WorkHours | None, why: Why) -> None:
    told = judge(records, FIRST)
    assert (told.winner, told.why) == (winner, why)


days = st.integers(0, 30).map(lambda n: FIRST + timedelta(days=n))
strips = st.tuples(days, days).map(lambda pair: Stretch(min(pair), max(pair)))
many = st.lists(
    st.builds(
        lambda number, strip, rule, made, kind: record(
            number, rule, made, first=strip.first, last=strip.last, type=kind
        ),
        st.integers(1, 1000),
        strips,
        st.sampled_from(RuleType),
        st.integers(0, 5),
        st.sampled_from(HoursType),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


@given(many)
def test_the_verdict_is_the_engines(records: list[WorkHours]) -> None:
    stretch = Stretch(FIRST, FIRST + timedelta(days=30))
    engine = expand(records, stretch.first, stretch.last, ZoneInfo("UTC")).days
    assert [judge(records, day.day).winner for day in engine] == [day.decided_by for day in engine]
    assert [winner for piece, winner in runs(records, stretch) for _day in range(piece.days)] == [
        day.decided_by for day in engine
    ]


@given(st.lists(strips, max_size=12))
def test_strips_of_one_row_share_no_day_and_rows_are_as_few_as_the_fullest_day(told: list[Stretch]) -> None:
    rows = stacked(told)
    taken = Counter(
        (row, ordinal)
        for row, strip in zip(rows, told, strict=True)
        for ordinal in range(strip.first.toordinal(), strip.last.toordinal() + 1)
    )
    assert all(count == 1 for count in taken.values())
    fullest = max(Counter(ordinal for _row, ordinal in taken).values(), default=0)
    assert max(rows, default=-1) + 1 == fullest


def test_a_stretch_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(ValueError, match="before the first"):
        Stretch(FIRST, FIRST - timedelta(days=1))
