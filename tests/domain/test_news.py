"""What is news to somebody: compared with what they saw, for the days that both looks know."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.interval import Interval
from scheduling.domain.news import Kind, Known, Look, compare
from scheduling.domain.occupancy import Use
from scheduling.domain.zone import find_zone

ZONE = find_zone("America/New_York")
assert ZONE is not None
MONDAY = datetime(2026, 11, 23, 5, tzinfo=UTC)
WINDOW = Interval(MONDAY, MONDAY + timedelta(weeks=4))
AT = MONDAY + timedelta(hours=10)
LATER = AT + timedelta(hours=1)
HOUR = timedelta(hours=1)


def visit(days: float = 1, number: int = 1, **more: object) -> Known:
    start = AT + timedelta(days=days)
    told = {"live": True, "leave": False, "title": "", "patients": (), "names": (), "answers": {}, **more}
    return Known(UUID(int=number), Interval(start, start + HOUR), **told)  # type: ignore[arg-type]


def look(*events: Known, at: datetime = AT, window: Interval = WINDOW, hours: tuple[Interval, ...] = ()) -> Look:
    return Look(at, window, events, hours)


def kinds(before: Look, after: Look, *, sure: bool = True) -> list[Kind]:
    return [news.kind for news in compare(before, after, ZONE, sure=sure)]


ONE = visit()
ASKED = visit(leave=True, stands=Use.PENDING_LEAVE)
CASES = {
    "the same": (ONE, ONE, []),
    "new": (None, ONE, [Kind.NEW]),
    "new and cancelled": (None, replace(ONE, live=False), []),
    "moved": (ONE, visit(2), [Kind.MOVED]),
    "longer": (ONE, replace(ONE, when=Interval(ONE.when.start, ONE.when.end + HOUR)), [Kind.MOVED]),
    "cancelled": (ONE, replace(ONE, live=False), [Kind.CANCELLED]),
    "back": (replace(ONE, live=False), ONE, [Kind.BACK]),
    "still cancelled": (replace(ONE, live=False), replace(visit(2), live=False), []),
    "gone": (ONE, None, [Kind.GONE]),
    "cancelled and gone": (replace(ONE, live=False), None, []),
    "answered": (ONE, replace(ONE, answers={UUID(int=9): "Yes"}), [Kind.ANSWERED]),
    "moved and asked anew": (replace(ONE, answers={UUID(int=9): "Yes"}), visit(2), [Kind.MOVED]),
    "leave granted": (ASKED, replace(ASKED, stands=Use.LEAVE), [Kind.GRANTED]),
    "leave refused": (ASKED, replace(ASKED, live=False, stands=Use.REFUSED_LEAVE), [Kind.REFUSED]),
    "leave of an old look": (replace(ASKED, stands=None), replace(ASKED, stands=Use.LEAVE), []),
    "renamed": (ONE, replace(ONE, title="Check"), []),
    "over when it was looked at": (visit(-0.2), replace(visit(-0.2), live=False), []),
    "moved from the past to come": (visit(-0.2), visit(1), [Kind.MOVED]),
}


@pytest.mark.parametrize(("was", "now", "expected"), CASES.values(), ids=CASES)
def test_one_visit(was: Known | None, now: Known | None, expected: list[Kind]) -> None:
    before, after = (look(*([known] if known else []), at=at) for known, at in ((was, AT), (now, LATER)))

    assert kinds(before, after) == expected


def test_nothing_is_gone_where_rows_may_be_missing() -> None:
    assert kinds(look(ONE), look(at=LATER), sure=False) == []


NEXT = Interval(WINDOW.start + timedelta(weeks=1), WINDOW.end + timedelta(weeks=1))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [(None, []), (AT - HOUR, []), (AT + HOUR, [Kind.NEW])],
    ids=["unknown", "before-the-look", "after-the-look"],
)
def test_what_only_came_into_view_is_new_where_it_was_changed(changed: datetime | None, expected: list[Kind]) -> None:
    far = visit(30, changed_at=changed)

    assert kinds(look(), look(far, at=LATER, window=NEXT)) == expected


def test_what_went_out_of_view_is_not_gone() -> None:
    assert kinds(look(ONE), look(at=ONE.when.start - HOUR, window=NEXT)) == []


def worked(day: int, start: int, end: int) -> Interval:
    midnight = MONDAY + timedelta(days=day)
    return Interval(midnight + start * HOUR, midnight + end * HOUR)


def test_hours_are_told_by_day() -> None:
    before = look(hours=(worked(0, 9, 17), worked(1, 9, 17), worked(2, 9, 17)))
    after = look(hours=(worked(0, 9, 17), worked(1, 9, 12), worked(3, 9, 17)), at=LATER)

    [news] = compare(before, after, ZONE, sure=True)
    assert [(f"{day.day:%a}", len(day.was), len(day.now)) for day in news.days] == [
        ("Tue", 1, 1), ("Wed", 1, 0), ("Thu", 0, 1),
    ]  # fmt: skip


EVENTS = st.lists(
    st.builds(
        visit,
        st.floats(min_value=-1, max_value=29, allow_nan=False),
        st.integers(min_value=1, max_value=9),
        live=st.booleans(),
        leave=st.booleans(),
    ),
    unique_by=lambda known: known.id,
    max_size=9,
)


@given(EVENTS, EVENTS)
def test_a_look_that_is_remembered_leaves_no_news_and_each_visit_is_told_once(
    was: list[Known], now: list[Known]
) -> None:
    before, after = look(*was), look(*now, at=LATER)
    told = compare(before, after, ZONE, sure=True)

    assert len({news.event.id for news in told if news.event}) == len(told)
    assert compare(after, replace(after, at=LATER + HOUR), ZONE, sure=True) == ()
