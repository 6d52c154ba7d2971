from datetime import UTC, date, datetime, time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.hours import expand
from scheduling.domain.work_hours import DayHours, HoursType, RuleType, WorkHours
from scheduling.services.hours_plan import (
    NOT_SAVED_YET,
    Plan,
    Step,
    all_off,
    applied,
    draft_of,
    end_of,
    plan_edit,
    plan_new,
    seen_token,
)
from scheduling.welkin.drafts import WorkHoursDraft

ADA = UUID(int=1)
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
MORNINGS = tuple(DayHours(day, time(9), time(12)) for day in range(1, 6))
AFTERNOONS = tuple(DayHours(day, time(13), time(17)) for day in range(1, 6))


def record(first: str, last: str | None = None, *, days=MORNINGS, rule=RuleType.DEFAULT, made=1, **more) -> WorkHours:
    return WorkHours(
        id=uuid4(),
        clinician_id=ADA,
        first=date.fromisoformat(first),
        last=date.fromisoformat(last) if last else None,
        days=days,
        rule=rule,
        created_at=datetime(2026, 1, made, tzinfo=UTC),
        updated_at=datetime(2026, 1, made, tzinfo=UTC),
        **more,
    )


def draft(first: str, last: str | None = None, *, rule=RuleType.DEFAULT, days=AFTERNOONS, **more) -> WorkHoursDraft:
    return WorkHoursDraft(
        ADA, date.fromisoformat(first), date.fromisoformat(last) if last else None, days, rule=rule, **more
    )


def test_new_regular_hours_end_the_open_record_the_day_before():
    old = record("2026-06-01")
    wanted = draft("2026-12-01")

    plan = plan_new(wanted, [old])

    assert [(step.record, step.draft.first, step.draft.last) for step in plan.steps] == [
        (None, date(2026, 12, 1), None),
        (old, date(2026, 6, 1), date(2026, 11, 30)),
    ]
    assert (plan.hidden, plan.later, plan.newer) == ((), (), ())


@pytest.mark.parametrize(
    ("old", "wanted", "ended", "hidden", "later"),
    [
        pytest.param(
            record("2026-06-01", "2076-06-01"), draft("2026-12-01"), 1, 0, 0, id="an end in fifty years is open"
        ),
        pytest.param(record("2026-06-01", "2026-11-30"), draft("2026-12-01"), 0, 0, 0, id="one follows the other"),
        pytest.param(record("2026-06-01", "2026-12-31"), draft("2026-12-01"), 1, 0, 0, id="overlapping end"),
        pytest.param(
            record("2026-06-01"), draft("2026-12-01", "2026-12-31"), 0, 0, 1, id="the open one counts again after"
        ),
        pytest.param(record("2027-01-01"), draft("2026-12-01"), 0, 1, 0, id="planned later, would never count"),
        pytest.param(
            record("2027-01-01"), draft("2026-12-01", "2027-01-31"), 0, 0, 1, id="planned later, counts after"
        ),
        pytest.param(record("2027-01-01"), draft("2026-12-01", "2026-12-31"), 0, 0, 0, id="apart"),
        pytest.param(record("2026-12-01"), draft("2026-12-01"), 0, 1, 0, id="begins on the same day"),
        pytest.param(
            record("2026-06-01", rule=RuleType.OVERRIDE), draft("2026-12-01"), 0, 0, 0, id="an exception is left alone"
        ),
        pytest.param(
            record("2026-06-01", type=HoursType.AVAILABILITY),
            draft("2026-12-01"),
            0,
            0,
            0,
            id="availability is left alone",
        ),
        pytest.param(
            record("2026-06-01"),
            draft("2026-12-01", "2026-12-05", rule=RuleType.OVERRIDE),
            0,
            0,
            0,
            id="an exception ends nothing",
        ),
        pytest.param(
            record("2026-12-02", "2026-12-03", rule=RuleType.OVERRIDE),
            draft("2026-12-01", "2026-12-05", rule=RuleType.OVERRIDE),
            0,
            1,
            0,
            id="an exception over an exception",
        ),
    ],
)
def test_new_hours_among_others(old, wanted, ended, hidden, later):
    plan = plan_new(wanted, [old])

    assert (len(plan.ended), len(plan.hidden), len(plan.later)) == (ended, hidden, later)


def test_new_hours_leave_a_record_alone_that_counts_no_more():
    forgotten, counting = record("2026-01-01", made=1), record("2026-06-01", made=2)

    plan = plan_new(draft("2026-12-01"), [forgotten, counting])

    assert [step.record for step in plan.ended] == [counting]


def test_an_edit_is_one_write_and_names_newer_hours():
    old, newer = record("2026-06-01", made=1), record("2026-09-01", made=2)

    plan = plan_edit(old, draft("2026-06-01", days=AFTERNOONS), [old, newer])

    assert [step.record for step in plan.steps] == [old]
    assert plan.newer == (newer,)
    assert plan.main.fields == ("days",)


def test_an_untouched_record_changes_nothing():
    old = record("2026-06-01", "2076-06-01", name="Evenings")

    plan = plan_edit(old, draft_of(old), [old])

    assert plan.changes_nothing


def test_the_seen_token_follows_content_and_date_of_change():
    old = record("2026-06-01")
    later = record("2026-06-01", made=2)

    assert seen_token(old) == seen_token(old)
    assert seen_token(old) != seen_token(later)


@pytest.mark.parametrize(
    ("last", "expected"),
    [(None, None), ("2076-06-01", None), ("2027-06-01", date(2027, 6, 1)), ("2026-06-01", date(2026, 6, 1))],
    ids=["open", "fifty years", "a year", "one day"],
)
def test_end_of(last, expected):
    assert end_of(record("2026-06-01", last)) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [((), True), ((DayHours(1, None, None),), True), (MORNINGS, False), ((DayHours(1, time(0), time(9)),), False)],
    ids=["no days", "a day off", "mornings", "from midnight"],
)
def test_all_off(days, expected):
    assert all_off(days) == expected


def test_a_plan_applied_puts_the_new_record_before_the_old():
    old = record("2026-06-01")
    plan = plan_new(draft("2026-11-25"), [old])

    after = applied(plan, [old], NOW)

    decided = expand(after, date(2026, 11, 24), date(2026, 11, 25), NEW_YORK).days
    assert [day.decided_by.id for day in decided] == [old.id, NOT_SAVED_YET]
    assert {row.last for row in after} == {date(2026, 11, 24), None}


days_of_2026 = st.integers(0, 500).map(lambda n: date.fromordinal(date(2026, 1, 1).toordinal() + n))


@st.composite
def defaults(draw) -> list[WorkHours]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        first = draw(days_of_2026)
        last = draw(st.none() | st.integers(0, 300))
        until = None if last is None else date.fromordinal(first.toordinal() + last)
        found.append(record(first.isoformat(), until and until.isoformat(), made=number + 1))
    return found


@given(defaults(), days_of_2026, st.none() | st.integers(0, 200))
def test_whatever_was_there_new_regular_hours_count_on_all_their_days_and_change_no_other(records, first, length):
    until = None if length is None else date.fromordinal(first.toordinal() + length)
    wanted = draft(first.isoformat(), until and until.isoformat())

    after = applied(plan_new(wanted, records), records, NOW)

    start, end = date(2025, 12, 1), date(2027, 12, 31)
    utc = ZoneInfo("UTC")
    for old, new in zip(expand(records, start, end, utc).days, expand(after, start, end, utc).days, strict=True):
        inside = first <= new.day and (until is None or new.day <= until)
        expected = NOT_SAVED_YET if inside else old.decided_by and old.decided_by.id
        assert (new.day, new.decided_by and new.decided_by.id) == (new.day, expected)


def test_a_plan_is_made_of_steps_in_order():
    old = record("2026-06-01")
    plan = Plan((Step(draft("2026-12-01")), Step(draft_of(old), old)))

    assert (plan.main.record, [step.record for step in plan.ended]) == (None, [old])
