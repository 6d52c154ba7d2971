"""Group sessions that a further patient may join, how a search offers them, and how much of a clinician is booked."""

from zoneinfo import ZoneInfo

import pytest

from scheduling.domain.interval import Interval
from scheduling.domain.slots import Order, Reason, ReasonKind, Standing, find
from scheduling.domain.spans import instant
from scheduling.domain.timetable import Closure, patient_busy

from .builders import (
    ADA,
    BEN,
    CARLA,
    MONDAY,
    NEW_YORK,
    THEO,
    UNA,
    ask,
    clinic,
    event,
    local,
    monday,
    patient,
    psm,
    span,
    table,
    told,
)

TEN = monday("10:00", "11:30")


def group(*people, when=TEN, capacity: object = 3, **fields):
    fields.setdefault("type", "GROUP_THERAPY")
    return event(when, *people, additional={"capacity": capacity}, **fields)


PLACES = [
    pytest.param(3, [], 3, id="a number"),
    pytest.param("3", [], 3, id="digits"),
    pytest.param("03", [patient(UNA)], 2, id="one of three taken"),
    pytest.param(3, [patient(UNA), patient(UNA)], 2, id="one patient in two rows"),
    pytest.param(1, [psm(BEN)], 1, id="staff take no place"),
    pytest.param(1, [patient(UNA)], None, id="full"),
    pytest.param(1, [patient(UNA), patient(CARLA)], None, id="overfull"),
    pytest.param(0, [], None, id="none at all"),
    pytest.param(-3, [], None, id="less than none"),
    pytest.param("-3", [], None, id="less than none in digits"),
    pytest.param("many", [], None, id="a word"),
    pytest.param("", [], None, id="empty"),
    pytest.param(None, [], None, id="null"),
    pytest.param(True, [], None, id="a truth value"),
    pytest.param(3.0, [], None, id="a fraction"),
    pytest.param(" 3", [], None, id="a blank before it"),
    pytest.param("²", [], None, id="a raised digit"),
    pytest.param("9" * 5000, [], None, id="more digits than places anywhere"),
    pytest.param([3], [], None, id="a list"),
]


@pytest.mark.parametrize(("capacity", "people", "places"), PLACES)
def test_the_places_left_in_a_session(capacity, people, places):
    found = table(group(*people, capacity=capacity)).sessions([THEO])
    assert [each.places for each in found] == ([places] if places else [])


def test_a_session_without_a_capacity_cannot_be_joined():
    assert table(event(TEN, type="GROUP_THERAPY")).sessions([THEO]) == []


@pytest.mark.parametrize(("places", "joinable"), [(1, False), (2, True), (3, True)])
def test_two_patients_need_two_places(places, joinable):
    assert bool(table(group(capacity=places)).sessions([THEO, UNA])) == joinable


AWAY = event(monday("11:00", "12:00"), number=2, type="LEAVE")
JOINABLE = [
    pytest.param([group()], {}, id="her own"),
    pytest.param([group(psm(ADA), host=BEN)], {}, id="another's in which she takes part"),
    pytest.param([group(status="scheduled", type="Group_Therapy")], {}, id="in mixed case"),
    pytest.param([group(status=None)], {}, id="without a status"),
    pytest.param([group()], {"hours": ""}, id="outside her hours"),
    pytest.param([group(), event(TEN, number=2)], {}, id="booked beside another visit"),
    pytest.param([group(), event(AWAY.when, psm(BEN), number=2, type="LEAVE")], {}, id="leave over it is pending"),
    pytest.param([group(), event(monday("11:30", "12:00"), number=2, type="LEAVE")], {}, id="leave follows it"),
    pytest.param([group()], {"claims": [TEN]}, id="a claim of ours over it"),
]
CLOSED = [
    pytest.param([group(patient(THEO))], {}, id="he is in it already"),
    pytest.param([group(host=BEN)], {}, id="of others"),
    pytest.param([group(status="CANCELLED")], {}, id="cancelled"),
    pytest.param([group(status="COMPLETED")], {}, id="completed"),
    pytest.param([group(status="MISSED")], {}, id="missed"),
    pytest.param([group(status="RESCHEDULED")], {}, id="an unknown status"),
    pytest.param([group(type="APPOINTMENT")], {}, id="no group"),
    pytest.param([group(type=None)], {}, id="without a type"),
    pytest.param([group(whole=False)], {}, id="not read whole"),
    pytest.param([group()], {"moving": group().id}, id="it is the visit that moves"),
]


@pytest.mark.parametrize(("events", "options"), JOINABLE)
def test_which_sessions_can_be_joined(events, options):
    (found,) = table(*events, **options).sessions([THEO])
    assert (Interval(instant(found.start), instant(found.end)), found.event, found.places) == (TEN, events[0], 3)


@pytest.mark.parametrize(("events", "options"), CLOSED)
def test_which_sessions_cannot_be_joined(events, options):
    assert table(*events, **options).sessions([THEO]) == []


IS_AWAY = [
    pytest.param([AWAY], {}, id="leave over a part of it"),
    pytest.param([], {"closures": [Closure(monday("09:00", "10:01"))]}, id="a closure over its first minute"),
    pytest.param([], {"closures": [Closure(MONDAY, holiday=True)]}, id="a holiday"),
]


@pytest.mark.parametrize(("events", "options"), IS_AWAY)
def test_a_session_in_which_its_clinician_is_away_is_known_as_such_and_not_offered(events, options):
    ada = table(group(), *events, hours="", **options)
    assert [each.away for each in ada.sessions([THEO])] == [True]
    assert search(ada) == ()


# How a search offers them. Ada works from 10:00 to 11:30 only, which her session fills.


def search(*tables, patients=(THEO,), busy=(), **fields):
    asked = clinic(*tables, patient_ids=patients, patient_busy=patient_busy(patients, busy, NEW_YORK))
    return find(asked, ask(**{"join": True, **fields})).slots


def test_a_session_is_offered_at_its_own_time_and_length():
    session = group(when=monday("10:10", "11:25"))
    (slot,) = search(table(session, hours="10:00-11:30"), length=15, step=60)
    assert (slot.when, slot.clinician_ids, slot.joins) == (session.when, (ADA,), session.id)
    assert slot.reasons == (Reason(ReasonKind.SOONEST), Reason(ReasonKind.JOINS, 3))


def test_it_is_not_offered_unless_asked_for():
    assert search(table(group(), hours="10:00-11:30"), join=False) == ()


def test_it_stands_among_the_visits_by_its_start():
    slots = search(table(group(when=monday("10:10", "10:50"))), between="09:00-12:00", step=60)
    assert told(slots) == ["Ada Mon 09:00", "Ada Mon 10:10 joins", "Ada Mon 11:00"]


TOGETHER = group(psm(BEN))


def test_a_session_of_two_asked_clinicians_is_offered_once():
    tables = [table(TOGETHER, hours="10:00-11:30"), table(TOGETHER, who=BEN, hours="10:00-11:30")]
    assert told(search(*tables)) == ["Ada Mon 10:00 joins"]
    assert told(search(*reversed(tables))) == ["Ben Mon 10:00 joins"]


def test_a_whole_day_of_two_clinicians_in_two_zones_is_offered_once():
    session = group(psm(BEN), when=span("2026-11-23", "2026-11-24"), all_day=True)
    two_days = span("2026-11-23", "2026-11-25 12:00")
    ada, ben = (
        table(session, who=who, zone=zone, hours="", window=two_days)
        for who, zone in ((ADA, NEW_YORK), (BEN, ZoneInfo("America/Los_Angeles")))
    )
    assert told(search(ada, ben, window=two_days)) == ["Ada Mon 00:00 joins"]


def test_it_is_not_offered_where_one_of_the_asked_who_lead_it_is_away():
    away = table(TOGETHER, AWAY, hours="10:00-11:30")
    assert search(away, table(TOGETHER, who=BEN, hours="")) == ()


def test_it_is_offered_with_the_clinician_whom_the_order_puts_first():
    ada, ben = table(TOGETHER, hours="10:00-11:30"), table(TOGETHER, who=BEN, hours="10:00-11:30")
    asked = clinic(ada, ben, patient_ids=(THEO,), standings={BEN: Standing(care_team=True)})
    (slot,) = find(asked, ask(join=True, order=Order.CARE_TEAM)).slots
    assert told([slot]) == ["Ben Mon 10:00 joins"]
    assert Reason(ReasonKind.CARE_TEAM) in slot.reasons


@pytest.mark.parametrize(
    ("people", "offers"),
    [
        pytest.param([psm(BEN)], ["Ada+Ben Mon 10:00 joins"], id="both lead it"),
        pytest.param([], [], id="Ada alone"),
        pytest.param([psm(CARLA)], [], id="one of them with a third"),
    ],
)
def test_together_all_of_them_must_lead_it(people, offers):
    session = group(*people)
    ada, ben = table(session, hours=""), table(session, who=BEN, hours="")
    assert told(search(ada, ben, together=True)) == offers


LIMITS = [
    pytest.param({"window": monday("10:00", "11:30")}, True, id="the window is exactly its time"),
    pytest.param({"window": monday("10:01", "17:00")}, False, id="it begins before the window"),
    pytest.param({"window": monday("09:00", "11:29")}, False, id="it ends after the window"),
    pytest.param({"between": "10:00-11:30"}, True, id="exactly the time of day"),
    pytest.param({"between": "10:30-12:00"}, False, id="it begins before the time of day"),
    pytest.param({"between": "09:00-11:00"}, False, id="it ends after the time of day"),
    pytest.param({"weekdays": "1"}, True, id="on the weekday"),
    pytest.param({"weekdays": "234567"}, False, id="on another weekday"),
    pytest.param({"before": 60, "after": 60}, True, id="buffers do not matter"),
]


@pytest.mark.parametrize(("fields", "offered"), LIMITS)
def test_a_session_lies_wholly_in_what_is_asked(fields, offered):
    slots = search(table(group(), event(monday("11:30", "12:00"), number=2), hours=""), **fields)
    assert told(slots) == (["Ada Mon 10:00 joins"] if offered else [])


BUSY = [
    pytest.param(monday("09:00", "10:00"), True, id="until it begins"),
    pytest.param(monday("11:30", "12:00"), True, id="from its end"),
    pytest.param(monday("11:00", "12:00"), False, id="over its end"),
    pytest.param(monday("10:15", "10:20"), False, id="in the middle"),
]


@pytest.mark.parametrize(("when", "offered"), BUSY)
def test_the_patients_must_be_free_for_it(when, offered):
    slots = search(table(group(), hours=""), busy=[event(when, patient(THEO), host=CARLA)])
    assert bool(slots) == offered


# How much of a clinician's hours is booked: eight hours a day, in thousandths.
LOADS = [
    pytest.param([], {}, 0, id="nothing"),
    pytest.param([event(TEN)], {}, 187, id="an hour and a half, rounded down"),
    pytest.param([event(TEN), event(TEN, number=2)], {}, 187, id="double bookings count once"),
    pytest.param([event(monday("16:00", "22:00"))], {}, 125, id="outside the hours does not count"),
    pytest.param([event(TEN, status="CANCELLED")], {}, 0, id="cancelled visits do not count"),
    pytest.param([event(monday("09:00", "13:00"), type="LEAVE")], {}, 0, id="leave is no load"),
    pytest.param(
        [event(monday("09:00", "13:00"), type="LEAVE"), event(monday("13:00", "14:00"), number=2)],
        {},
        250,
        id="an hour of the four that leave has left",
    ),
    pytest.param(
        [event(monday("12:00", "14:00"))],
        {"closures": [Closure(monday("13:00", "17:00"))]},
        250,
        id="closures as leave",
    ),
    pytest.param([event(TEN)], {"claims": [monday("14:00", "15:00")]}, 187, id="claims are no load"),
    pytest.param([event(monday("09:00", "17:00"))], {}, 1000, id="all of it"),
    pytest.param([event(TEN)], {"hours": ""}, 0, id="no hours"),
]


@pytest.mark.parametrize(("events", "options", "load"), LOADS)
def test_how_much_of_the_hours_is_booked(events, options, load):
    assert table(*events, **options).load == load


def test_the_load_is_that_of_the_whole_window():
    two_days = local("2026-11-23 00:00", "2026-11-25 00:00")
    tuesday = local("2026-11-24 00:00", "2026-11-25 00:00")
    full = event(monday("09:00", "17:00"))
    assert [table(full, window=window).load for window in (MONDAY, two_days, tuesday)] == [1000, 500, 0]
