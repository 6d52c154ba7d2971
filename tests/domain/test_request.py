"""What can be asked of a search: everything else is refused by name, so that no question costs without bound."""

from datetime import UTC, datetime, time, timedelta

import pytest

from scheduling.domain.interval import Interval
from scheduling.domain.request import BadRequest, Order, Problem, Request
from scheduling.domain.slots import find

from .builders import MONDAY, at, clinic, span

MOMENT = timedelta(microseconds=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = at("2026-11-23 05:00")


def request(**fields):
    return Request(**{"window": MONDAY, "length": HOUR, **fields})


def problems(**fields):
    with pytest.raises(BadRequest) as refused:
        request(**fields)
    return refused.value.problems


def days(count, more=timedelta()):
    return Interval(START, START + count * DAY + more)


def clocks(start, end):
    return time.fromisoformat(start), time.fromisoformat(end)


REFUSED = [
    pytest.param({"length": 0 * MINUTE}, ("length", "too_short"), id="no length"),
    pytest.param({"length": -HOUR}, ("length", "too_short"), id="a negative length"),
    pytest.param({"length": 5 * MINUTE - MOMENT}, ("length", "too_short"), id="just under five minutes"),
    pytest.param({"length": 3 * DAY}, ("length", "too_long"), id="three days"),
    pytest.param({"length": DAY + MOMENT}, ("length", "too_long"), id="just over a day"),
    pytest.param({"step": timedelta()}, ("step", "too_short"), id="no step"),
    pytest.param({"step": -HOUR}, ("step", "too_short"), id="a negative step"),
    pytest.param({"step": MINUTE}, ("step", "too_short"), id="a step of a minute"),
    pytest.param({"step": 5 * MINUTE - MOMENT}, ("step", "too_short"), id="a step just under five minutes"),
    pytest.param({"step": 2 * DAY}, ("step", "too_long"), id="a step of two days"),
    pytest.param({"step": DAY + MOMENT}, ("step", "too_long"), id="a step just over a day"),
    pytest.param({"offset": 15 * MINUTE}, ("offset", "outside_step"), id="an offset of a whole step"),
    pytest.param({"offset": -MOMENT}, ("offset", "outside_step"), id="a negative offset"),
    pytest.param({"before": -MINUTE}, ("before", "too_short"), id="a negative buffer before"),
    pytest.param({"after": -MINUTE}, ("after", "too_short"), id="a negative buffer after"),
    pytest.param({"before": 4 * HOUR + MOMENT}, ("before", "too_long"), id="a buffer over four hours before"),
    pytest.param({"after": 5 * HOUR}, ("after", "too_long"), id="a buffer over four hours after"),
    pytest.param({"window": days(3653)}, ("window", "too_long"), id="ten years"),
    pytest.param({"window": days(366, MOMENT)}, ("window", "too_long"), id="just over 366 days"),
    pytest.param({"window": span("1970-12-31", "1971-01-02")}, ("window", "too_far"), id="before the calendar's years"),
    pytest.param({"window": span("2199-12-31", "2200-01-02")}, ("window", "too_far"), id="past the calendar's years"),
    pytest.param(
        {"between": (time(9, tzinfo=UTC), time(12, tzinfo=UTC))}, ("between", "zone"), id="times of day with a zone"
    ),
    pytest.param({"weekdays": frozenset()}, ("weekdays", "none"), id="no weekday"),
    pytest.param({"weekdays": frozenset({0})}, ("weekdays", "unknown"), id="a weekday before Monday"),
    pytest.param({"weekdays": frozenset({1, 8})}, ("weekdays", "unknown"), id="a weekday after Sunday"),
    pytest.param({"between": clocks("12:00", "09:00")}, ("between", "end_before_start"), id="times of day reversed"),
    pytest.param({"between": clocks("09:00", "09:00")}, ("between", "end_before_start"), id="no time of day"),
    pytest.param({"between": clocks("22:00", "00:01")}, ("between", "end_before_start"), id="over midnight"),
]


@pytest.mark.parametrize(("fields", "problem"), REFUSED)
def test_what_makes_no_sense_is_refused_by_name(fields, problem):
    assert problems(**fields) == (Problem(*problem),)


ACCEPTED = [
    pytest.param({"length": 5 * MINUTE}, id="the shortest visit"),
    pytest.param({"length": DAY}, id="the longest visit"),
    pytest.param({"length": 50 * MINUTE + MOMENT}, id="a length with a part of a second"),
    pytest.param({"step": 5 * MINUTE}, id="the shortest step"),
    pytest.param({"step": DAY}, id="the longest step"),
    pytest.param({"step": 7 * MINUTE}, id="a step that does not divide an hour"),
    pytest.param({"offset": 15 * MINUTE - MOMENT}, id="an offset just under a step"),
    pytest.param({"before": 4 * HOUR, "after": 4 * HOUR}, id="the longest buffers"),
    pytest.param({"window": days(366)}, id="the longest window"),
    pytest.param({"window": Interval(START, START + MOMENT)}, id="a moment of a window"),
    pytest.param({"weekdays": frozenset({7})}, id="one weekday"),
    pytest.param({"between": clocks("09:00", "09:01")}, id="a minute of the day"),
    pytest.param({"between": clocks("22:00", "00:00")}, id="until midnight"),
    pytest.param({"between": clocks("00:00", "00:00")}, id="from midnight to midnight"),
    pytest.param({"between": clocks("00:00", "23:59:59")}, id="until the last second"),
]


@pytest.mark.parametrize("fields", ACCEPTED)
def test_the_furthest_that_can_be_asked(fields):
    asked = request(**fields)
    assert {name: getattr(asked, name) for name in fields} == fields
    assert find(clinic(), asked).slots == ()


def test_everything_that_is_wrong_is_told_at_once():
    found = problems(
        window=days(400),
        length=timedelta(),
        step=MINUTE,
        before=-MINUTE,
        after=DAY,
        weekdays=frozenset(),
        between=clocks("12:00", "09:00"),
    )
    assert set(found) == {
        Problem("length", "too_short"),
        Problem("step", "too_short"),
        Problem("before", "too_short"),
        Problem("after", "too_long"),
        Problem("window", "too_long"),
        Problem("weekdays", "none"),
        Problem("between", "end_before_start"),
    }
    assert len(found) == 7


def test_a_refusal_is_a_value_error_that_reads_well():
    with pytest.raises(ValueError, match=r"^length: too_short, weekdays: none$"):
        request(length=timedelta(), weekdays=frozenset())


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(START, START - HOUR, id="reversed"),
        pytest.param(START, START, id="empty"),
        pytest.param(datetime(2026, 11, 23, 9), START + DAY, id="without a zone"),
    ],
)
def test_a_window_that_is_no_stretch_of_time_is_never_made(start, end):
    with pytest.raises(ValueError):
        Interval(start, end)


def test_what_nobody_asks_for_is_every_quarter_hour_of_every_day():
    asked = request()
    assert (asked.step, asked.offset, asked.weekdays) == (15 * MINUTE, timedelta(), frozenset(range(1, 8)))
    assert (asked.between, asked.clock, asked.together, asked.join) == (None, None, False, False)
    assert (asked.before, asked.after, asked.order) == (timedelta(), timedelta(), Order.SOONEST)
