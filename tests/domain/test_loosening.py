"""The smallest thing to give up of each kind: minimal, true, and none where nothing helps."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from scheduling.domain.interval import Interval
from scheduling.domain.slots import find
from scheduling.domain.timetable import Closure
from scheduling.domain.week import day_borders
from scheduling.domain.why import LooseningKind, explain

from .builders import (
    ADA,
    BEN,
    CARLA,
    MONDAY,
    NEW_YORK,
    WEEK,
    ask,
    clinic,
    event,
    local,
    monday,
    psm,
    table,
    told,
)

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TUESDAY = local("2026-11-24 00:00", "2026-11-25 00:00")
NEVER = {"hours": ""}


def loosen(*tables, others=(), horizon=None, busy=(), **fields):
    people, asked = clinic(*tables, patient_busy=list(busy)), ask(**fields)
    return explain(people, asked, others=others, horizon=horizon).loosenings


def only(found, kind):
    (loosening,) = [each for each in found if each.kind is kind]
    return loosening


def kinds(found):
    return [each.kind.value for each in found]


def clocks(start, end):
    return time.fromisoformat(start), time.fromisoformat(end)


# A shorter visit.

SHORTER = [
    pytest.param("09:00-09:55", 60, {}, 55, "09:00", id="by five minutes"),
    pytest.param("09:00-09:59", 60, {}, 55, "09:00", id="by five minutes, though four would not be enough"),
    pytest.param("09:00-09:50 12:00-12:40", 60, {}, 50, "09:00", id="the longest that fits"),
    pytest.param("09:00-09:20 12:00-12:40", 60, {}, 40, "12:00", id="the longest, not the soonest"),
    pytest.param("09:10-09:50", 60, {"step": 30}, 20, "09:30", id="by the steps of the clock"),
    pytest.param("09:00-10:00", 62, {}, 60, "09:00", id="from a length that is no whole five minutes"),
    pytest.param("09:00-09:05", 480, {}, 5, "09:00", id="the shortest of all"),
]


@pytest.mark.parametrize(("hours", "length", "fields", "minutes", "start"), SHORTER)
def test_shorter_is_as_long_as_can_be(hours, length, fields, minutes, start):
    (shorter,) = loosen(table(hours=hours), length=length, **fields)
    assert (shorter.kind, shorter.value) == (LooseningKind.SHORTER, minutes * MINUTE)
    assert shorter.size == pytest.approx((length - minutes) / 15)
    assert told([shorter.slot]) == [f"Ada Mon {start}"]
    assert shorter.slot.when.duration == shorter.request.length == shorter.value


# Another time of day.

TIMES = [
    pytest.param("09:00-12:00", "13:00-17:00", "11:00-17:00", 8, "11:00", id="earlier"),
    pytest.param("13:00-17:00", "09:00-12:00", "09:00-14:00", 8, "13:00", id="later"),
    pytest.param("10:00-11:00 14:30-16:00", "12:00-14:00", "12:00-15:30", 6, "14:30", id="the nearer side"),
    pytest.param("10:00-11:00 15:00-16:00", "12:00-14:00", "10:00-14:00", 8, "10:00", id="the sooner of two equal"),
    pytest.param(
        "09:00-09:40 10:00-11:00", "10:20-17:00", "09:50-17:00", 2, "10:00", id="by quarters of what was asked"
    ),
    pytest.param("00:00-01:00", "00:20-17:00", "00:00-17:00", 4 / 3, "00:00", id="no earlier than midnight"),
    pytest.param("22:50-23:59", "12:00-23:50", "12:00-00:00", 2 / 3, "23:00", id="no later than midnight"),
    pytest.param("09:00-10:00", "12:00-00:00", "09:00-00:00", 12, "09:00", id="from a time until midnight"),
]


@pytest.mark.parametrize(("hours", "asked", "between", "size", "start"), TIMES)
def test_another_time_of_day_is_as_near_as_can_be(hours, asked, between, size, start):
    found = only(loosen(table(hours=hours), between=asked), LooseningKind.TIME_OF_DAY)
    assert found.value == found.request.between == clocks(*between.split("-"))
    assert found.size == pytest.approx(size)
    assert told([found.slot]) == [f"Ada Mon {start}"]


def test_without_a_time_of_day_there_is_none_to_give_up():
    assert kinds(loosen(table(hours="09:00-09:55"))) == ["SHORTER"]


# Another weekday.


def test_another_weekday_is_the_one_that_brings_the_soonest_slot():
    ada = table(event(local("2026-11-24 09:00", "2026-11-24 17:00")), days="1246", window=WEEK)
    (found,) = loosen(ada, window=WEEK, weekdays="25")
    assert (found.kind, found.value, found.size) == (LooseningKind.WEEKDAY, 1, 4)
    assert found.request.weekdays == {1, 2, 5}
    assert told([found.slot]) == ["Ada Mon 09:00"]


def test_the_next_weekday_of_the_window_may_be_the_lower_number():
    window = local("2026-11-25 00:00", "2026-12-02 00:00")  # from Wednesday
    (found,) = loosen(table(days="16", window=window), window=window, weekdays="3")
    assert (found.value, told([found.slot])) == (6, ["Ada Sat 09:00"])


# A further clinician.


def test_a_further_clinician_is_the_one_with_the_soonest_slot():
    others = [table(who=BEN, hours="11:00-12:00"), table(who=CARLA, hours="10:00-12:00")]
    (found,) = loosen(table(**NEVER), others=others)
    assert (found.kind, found.value, found.size) == (LooseningKind.CLINICIAN, CARLA, 6)
    assert found.clinician_ids == (ADA, CARLA)
    assert told([found.slot]) == ["Carla Mon 10:00"]


def test_a_place_that_was_offered_already_is_nothing_further():
    session = event(monday("10:00", "11:00"), psm(BEN), type="GROUP_THERAPY", additional={"capacity": 3})
    others = [table(session, who=BEN, hours=""), table(who=CARLA, hours="12:00-17:00")]
    (found,) = loosen(table(session, **NEVER), others=others, join=True)
    assert (found.value, told([found.slot])) == (CARLA, ["Carla Mon 12:00"])


NO_FURTHER = [
    pytest.param([], {}, id="there are none"),
    pytest.param([table()], {}, id="the one who was asked already"),
    pytest.param([table(who=BEN, hours="")], {}, id="one without hours"),
    pytest.param([table(who=BEN)], {"together": True}, id="all are needed together"),
    pytest.param([table(who=BEN)], {"between": "18:00-19:00"}, id="one who has no time then"),
]


@pytest.mark.parametrize(("others", "fields"), NO_FURTHER)
def test_where_no_further_clinician_helps_none_is_named(others, fields):
    assert "CLINICIAN" not in kinds(loosen(table(**NEVER), others=others, **fields))


@pytest.mark.parametrize("asked", [table(), table(hours="09:00-09:50")], ids=["a slot", "none"])
def test_where_all_are_needed_together_one_more_is_no_help(asked):
    others = [table(who=BEN)]
    assert "CLINICIAN" not in kinds(loosen(asked, others=others, together=True, between="09:00-10:00"))
    assert "CLINICIAN" in kinds(loosen(asked, others=others, between="09:00-10:00"))


# A later end.

LATER = [
    pytest.param("2", "2026-11-30 00:00", "2026-11-25 00:00", 2, "Tue 09:00", id="by a day"),
    pytest.param("4", "2026-11-30 00:00", "2026-11-27 00:00", 6, "Thu 09:00", id="by three days"),
    pytest.param("4", "2026-11-27 00:00", "2026-11-27 00:00", 6, "Thu 09:00", id="exactly to the horizon"),
    pytest.param("4", "2026-11-26 10:00", "2026-11-26 10:00", 6, "Thu 09:00", id="a horizon within the day"),
]


@pytest.mark.parametrize(("days", "horizon", "end", "size", "slot"), LATER)
def test_later_is_by_as_few_days_as_can_be(days, horizon, end, size, slot):
    horizon, end = (local("2026-11-23 00:00", text).end for text in (horizon, end))
    (found,) = loosen(table(days=days, window=WEEK), horizon=horizon)
    assert (found.kind, found.value, found.size) == (LooseningKind.LATER, end, size)
    assert found.request.window == Interval(MONDAY.start, end)
    assert told([found.slot]) == [f"Ada {slot}"]


def test_later_begins_with_the_rest_of_the_day():
    found = loosen(table(window=WEEK), window=monday("00:00", "09:30"), horizon=WEEK.end, length=90)
    assert [(each.kind.value, each.value) for each in found] == [("LATER", MONDAY.end), ("SHORTER", 30 * MINUTE)]
    assert found[0].size == 2


NOT_LATER = [
    pytest.param("4", None, id="without a horizon"),
    pytest.param("4", MONDAY.end, id="a horizon at the end"),
    pytest.param("4", MONDAY.start, id="a horizon before the end"),
    pytest.param("4", local("2026-11-23 00:00", "2026-11-26 09:59").end, id="a horizon a minute too near"),
    pytest.param("", WEEK.end, id="nobody works later either"),
]


@pytest.mark.parametrize(("days", "horizon"), NOT_LATER)
def test_where_no_later_end_helps_none_is_named(days, horizon):
    assert loosen(table(days=days, window=WEEK), horizon=horizon) == ()


def test_the_longest_window_is_the_furthest_horizon():
    years = local("2026-01-05 00:00", "2028-01-10 00:00")
    first_day = local("2026-01-05 00:00", "2026-01-06 00:00")
    latest = first_day.start + 366 * DAY
    last = day_borders(date(2027, 1, 5), NEW_YORK)[0]
    found = loosen(
        table(event(Interval(years.start, last)), window=years), window=first_day, horizon=years.end, length=60
    )
    assert [(each.kind, each.value) for each in found] == [(LooseningKind.LATER, latest)]
    assert found[0].request.window.duration == 366 * DAY
    assert loosen(table(event(Interval(years.start, latest)), window=years), window=first_day, horizon=years.end) == ()


def test_a_horizon_past_what_is_known_is_an_error():
    with pytest.raises(ValueError, match="not known"):
        loosen(table(**NEVER), horizon=datetime(2027, 1, 1, tzinfo=UTC))


# All of them.


def test_the_smallest_comes_first():
    ada = table(hours="09:00-09:55 13:00-14:00", days="13", window=WEEK)
    others = [table(who=BEN, hours="09:00-10:00", window=WEEK)]
    window = monday("00:00", "23:59")
    found = loosen(ada, window=window, between="08:00-12:00", others=others, horizon=WEEK.end)
    assert [(each.kind.value, each.size) for each in found] == [
        ("SHORTER", pytest.approx(1 / 3)),
        ("CLINICIAN", 6),
        ("TIME_OF_DAY", 8),
    ]
    found = loosen(ada, window=WEEK, weekdays="2", between="13:00-17:00", others=others, horizon=WEEK.end)
    assert [(each.kind.value, each.value) for each in found] == [("WEEKDAY", 1)]


@pytest.mark.parametrize(
    ("hours", "between", "found"),
    [
        pytest.param("09:00-09:45 12:00-13:00", "09:00-12:45", "SHORTER Ada Mon 09:00, TIME_OF_DAY Ada Mon 12:00"),
        pytest.param("08:45-09:45 12:00-12:45", "09:00-13:00", "TIME_OF_DAY Ada Mon 08:45, SHORTER Ada Mon 09:00"),
    ],
    ids=["shorter is sooner", "another time is sooner"],
)
def test_of_two_of_one_size_the_sooner_comes_first(hours, between, found):
    loosenings = loosen(table(hours=hours), between=between, step=15)
    assert [each.size for each in loosenings] == [1, 1]
    assert ", ".join(f"{each.kind.value} {told([each.slot])[0]}" for each in loosenings) == found


def test_where_nothing_helps_there_is_none():
    ada, ben = table(event(MONDAY, number=1)), table(who=BEN, closures=[Closure(MONDAY)])
    assert loosen(ada, ben, between="10:00-14:00", weekdays="1", others=[table(who=CARLA, hours="")]) == ()


def test_where_there_are_a_few_slots_a_loosening_brings_a_new_one():
    ada = table(hours="09:00-10:30 12:00-12:50", days="12", window=WEEK)
    ben = table(who=BEN, hours="09:00-10:00", window=WEEK)
    fields = {"window": WEEK, "weekdays": "1", "between": "09:00-17:00"}
    assert told(find(clinic(ada), ask(**fields)).slots) == ["Ada Mon 09:00", "Ada Mon 09:30"]
    found = loosen(ada, others=[ben], **fields)
    assert [(each.kind.value, told([each.slot])) for each in found] == [
        ("SHORTER", ["Ada Mon 12:00"]),
        ("WEEKDAY", ["Ada Tue 09:00"]),
        ("CLINICIAN", ["Ben Mon 09:00"]),
    ]


def test_where_everything_is_asked_and_free_there_is_nothing_to_give_up():
    assert loosen(table(hours="00:00-23:59"), length=5, step=5) == ()


def test_a_clinic_with_nobody_is_offered_somebody():
    (found,) = loosen(others=[table(who=BEN)])
    assert (found.kind, found.clinician_ids) == (LooseningKind.CLINICIAN, (BEN,))


def test_together_a_shorter_visit_may_be_in_common():
    ada, ben = table(hours="09:00-10:00"), table(who=BEN, hours="09:30-11:00")
    (found,) = loosen(ada, ben, together=True)
    assert (found.kind, told([found.slot])) == (LooseningKind.SHORTER, ["Ada+Ben Mon 09:30"])


def test_a_place_in_a_session_may_be_what_a_loosening_brings():
    session = event(monday("14:00", "15:00"), psm(BEN), type="GROUP_THERAPY", additional={"capacity": 3})
    found = loosen(table(session, hours=""), between="09:00-12:00", join=True)
    assert [(each.kind.value, each.slot.joins) for each in found] == [("TIME_OF_DAY", session.id)]
