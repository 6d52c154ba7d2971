"""What became of the asked window, rule by rule, to the second."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain.interval import Interval, clip, merge, subtract, total
from scheduling.domain.slots import find
from scheduling.domain.timetable import Closure, patient_busy
from scheduling.domain.why import Rule, explain

from .builders import (
    ADA,
    BEN,
    CARLA,
    MONDAY,
    NEW_YORK,
    THEO,
    WEEK,
    ask,
    clinic,
    event,
    local,
    monday,
    patient,
    psm,
    table,
)

HOUR = timedelta(hours=1)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
WORK = monday("09:00", "17:00")


def accounts(*tables, busy=(), **fields):
    return explain(clinic(*tables, patient_busy=list(busy)), ask(**fields)).clinicians


def clocks(intervals, zone=NEW_YORK):
    return ["-".join(f"{each.astimezone(zone):%H:%M}" for each in (when.start, when.end)) for when in intervals]


def rules(account):
    return {removed.rule.value: clocks(removed.when) for removed in account.removed}


# One rule alone on a window of exactly the hours: what it takes, and what is left of eight.
ONE_RULE = [
    pytest.param({}, {}, {}, 8, id="none"),
    pytest.param({"hours": "10:00-12:00"}, {}, {"NO_HOURS": ["09:00-10:00", "12:00-17:00"]}, 2, id="NO_HOURS"),
    pytest.param({}, {"weekdays": "2"}, {"OUTSIDE_DAYS": ["09:00-17:00"]}, 0, id="OUTSIDE_DAYS"),
    pytest.param(
        {}, {"between": "10:00-12:00"}, {"OUTSIDE_TIME": ["09:00-10:00", "12:00-17:00"]}, 2, id="OUTSIDE_TIME"
    ),
    pytest.param(
        {"closures": [Closure(monday("08:00", "10:00")), Closure(monday("11:00", "12:00"))]},
        {},
        {"CLOSURE": ["09:00-10:00", "11:00-12:00"]},
        6,
        id="CLOSURE",
    ),
    pytest.param(
        {"closures": [Closure(monday("12:00", "18:00"), holiday=True)]},
        {},
        {"HOLIDAY": ["12:00-17:00"]},
        3,
        id="HOLIDAY",
    ),
    pytest.param(
        {"events": [event(monday("08:00", "11:00"), type="LEAVE")]}, {}, {"LEAVE": ["09:00-11:00"]}, 6, id="LEAVE"
    ),
    pytest.param(
        {"events": [event(monday("08:00", "11:00"), psm(BEN), type="LEAVE")]}, {}, {}, 8, id="LEAVE, pending: nothing"
    ),
    pytest.param({"events": [event(monday("10:00", "11:00"))]}, {}, {"BUSY": ["10:00-11:00"]}, 7, id="BUSY"),
    pytest.param({"claims": [monday("16:00", "18:00")]}, {}, {"CLAIMED": ["16:00-17:00"]}, 7, id="CLAIMED"),
    pytest.param(
        {"events": [event(monday("17:00", "18:00"))], "claims": [monday("08:00", "09:00")]},
        {"before": 60, "after": 120},
        {"BUFFER": ["09:00-10:00", "15:00-17:00"]},
        5,
        id="BUFFER",
    ),
    pytest.param(
        {"events": [event(monday("17:00", "18:00"), type="LEAVE")]},
        {"before": 60, "after": 120},
        {},
        8,
        id="BUFFER, none around leave",
    ),
    pytest.param(
        {}, {"busy": [monday("09:00", "12:00").outer]}, {"PATIENT_BUSY": ["09:00-12:00"]}, 5, id="PATIENT_BUSY"
    ),
    pytest.param({}, {"length": 540}, {"TOO_SHORT": ["09:00-17:00"]}, 0, id="TOO_SHORT"),
    pytest.param({"hours": ""}, {}, {"NO_HOURS": ["09:00-17:00"]}, 0, id="no hours at all"),
]


@pytest.mark.parametrize(("person", "fields", "removed", "left"), ONE_RULE)
def test_one_rule_takes_exactly_its_time(person, fields, removed, left):
    ada = table(*person.get("events", ()), **{name: person[name] for name in person.keys() - {"events"}})
    (account,) = accounts(ada, window=WORK, **fields)
    assert (account.clinician_id, rules(account), account.left) == (ADA, removed, left * HOUR)
    assert sum((each.time for each in account.removed), account.left) == WORK.duration


GAPS = [
    pytest.param("09:00-10:00 12:00-12:59 14:00-15:30", {}, ["12:00-12:59"], id="a minute too short"),
    pytest.param("09:00-09:30 10:00-10:30", {}, ["09:00-09:30", "10:00-10:30"], id="all of them"),
    pytest.param("09:15-10:15", {}, ["09:15-10:15"], id="long enough, and no start in it"),
    pytest.param("09:15-10:15", {"step": 15}, [], id="long enough, and a start"),
    pytest.param("09:15-10:15", {"step": 60, "offset": 15}, [], id="a quarter past"),
    pytest.param("09:00-10:00", {"step": 60, "offset": 15}, ["09:00-10:00"], id="only a quarter past"),
]


@pytest.mark.parametrize(("hours", "fields", "gone"), GAPS)
def test_a_gap_is_too_short_where_no_visit_begins_and_ends_in_it(hours, fields, gone):
    (account,) = accounts(table(hours=hours), **fields)
    assert rules(account).get("TOO_SHORT", []) == gone
    assert bool(find(clinic(table(hours=hours)), ask(**fields)).slots) == bool(account.left)


def test_each_rule_takes_only_what_those_before_it_have_left():
    everything = monday("09:00", "17:00")
    ada = table(
        event(monday("12:00", "17:00"), number=1, type="LEAVE"),
        event(monday("13:00", "14:00"), number=2),
        event(monday("11:30", "13:00"), number=3),
        hours="09:00-16:00",
        claims=[monday("11:00", "12:30")],
        closures=[Closure(monday("15:00", "16:30")), Closure(monday("14:30", "15:30"), holiday=True)],
    )
    busy = [monday("09:00", "11:00").outer]
    (account,) = accounts(
        ada, window=everything, between="09:30-16:30", weekdays="12345", before=60, after=15, busy=busy, length=30
    )
    assert rules(account) == {
        "NO_HOURS": ["16:00-17:00"],
        "OUTSIDE_TIME": ["09:00-09:30"],
        "CLOSURE": ["15:00-16:00"],
        "HOLIDAY": ["14:30-15:00"],
        "LEAVE": ["12:00-14:30"],
        "BUSY": ["11:30-12:00"],
        "CLAIMED": ["11:00-11:30"],
        "BUFFER": ["10:45-11:00"],
        "PATIENT_BUSY": ["09:30-10:45"],
    }
    assert account.left == timedelta()


def test_the_rules_come_in_their_order_and_only_those_that_took_something():
    ada = table(event(monday("10:00", "11:00")), hours="09:00-12:30")
    (account,) = accounts(ada)
    assert [each.rule for each in account.removed] == [Rule.NO_HOURS, Rule.BUSY]
    assert [each.clinician_id for each in account.removed] == [ADA, ADA]
    assert [rule.name for rule in Rule] == [
        "NO_HOURS", "OUTSIDE_DAYS", "OUTSIDE_TIME", "CLOSURE", "HOLIDAY", "LEAVE",
        "BUSY", "CLAIMED", "BUFFER", "PATIENT_BUSY", "OTHERS_BUSY", "TOO_SHORT",
    ]  # fmt: skip


def test_there_is_an_account_for_each_in_their_order():
    people = [table(who=CARLA, hours="09:00-12:00"), table(hours=""), table(who=BEN)]
    found = accounts(*people)
    assert [(account.clinician_id, account.left) for account in found] == [
        (CARLA, 3 * HOUR),
        (ADA, 0 * HOUR),
        (BEN, 8 * HOUR),
    ]


def test_days_and_times_are_those_of_each_ones_clock_or_of_the_patients():
    ada, ben = table(hours="00:00-23:59"), table(who=BEN, hours="00:00-23:59", zone=LOS_ANGELES)
    fields = {"between": "09:00-10:00"}
    own = [clocks(each.removed[0].when) for each in accounts(ada, ben, **fields)]
    assert own == [["00:00-09:00", "10:00-00:00"], ["00:00-12:00", "13:00-00:00"]]
    theirs = [clocks(each.removed[0].when) for each in accounts(ada, ben, clock=LOS_ANGELES, **fields)]
    assert theirs == [own[1], own[1]]


def test_the_weekday_is_the_patients_too():
    tokyo = ZoneInfo("Asia/Tokyo")  # Tuesday begins there at ten on Monday morning in New York
    (account,) = accounts(table(), window=WORK, weekdays="2", clock=tokyo)
    assert rules(account) == {"OUTSIDE_DAYS": ["09:00-10:00"]}


def test_together_what_another_lacks_takes_time():
    ada = table(hours="09:00-12:00")
    ben = table(event(monday("10:00", "10:30"), host=BEN), who=BEN, hours="09:00-11:30")
    first, second = accounts(ada, ben, together=True, window=monday("09:00", "12:00"))
    assert rules(first) == {"OTHERS_BUSY": ["10:00-10:30", "11:30-12:00"]}
    assert rules(second) == {"NO_HOURS": ["11:30-12:00"], "BUSY": ["10:00-10:30"]}
    assert first.left == second.left == 2 * HOUR


def test_any_of_them_does_not_care_what_another_lacks():
    found = accounts(table(), table(who=BEN, hours=""))
    assert Rule.OTHERS_BUSY not in {each.rule for account in found for each in account.removed}


def test_together_a_gap_is_measured_by_the_first_ones_clock():
    kathmandu = ZoneInfo("Asia/Kathmandu")
    window = monday("09:00", "10:00")
    ada = table(hours="00:00-23:59")
    ben = table(who=BEN, hours="00:00-23:59", zone=kathmandu)
    assert [account.left for account in accounts(ada, ben, together=True, window=window, step=60)] == [HOUR, HOUR]
    found = accounts(ben, ada, together=True, window=window, step=60)
    assert [rules(account) for account in found] == [{"TOO_SHORT": ["09:00-10:00"]}] * 2


def test_a_clinic_with_nobody_has_nothing_to_tell():
    assert explain(clinic(), ask()).clinicians == ()


def test_a_window_past_what_is_known_is_an_error():
    with pytest.raises(ValueError, match="not known"):
        explain(clinic(table(hours="")), ask(WEEK))


LONG = [
    pytest.param(MONDAY, 24, id="an ordinary day"),
    pytest.param(local("2026-03-08 00:00", "2026-03-09 00:00"), 23, id="spring"),
    pytest.param(local("2026-11-01 00:00", "2026-11-02 00:00"), 25, id="autumn"),
    pytest.param(local("2026-10-26 00:00", "2026-11-09 00:00"), 14 * 24 + 1, id="two weeks around autumn"),
]


@pytest.mark.parametrize(("window", "hours"), LONG)
@pytest.mark.parametrize("together", [False, True])
def test_the_sums_are_the_window_on_days_of_every_length(window, hours, together):
    visit = Interval(window.start + 10 * HOUR, window.start + 11 * HOUR)
    people = [table(event(visit, psm(BEN)), who=who, hours="00:30-20:00", window=window) for who in (ADA, BEN)]
    for account in accounts(*people, window=window, together=together, between="01:00-18:00", before=15):
        taken = [when for each in account.removed for when in each.when]
        assert window.duration == hours * HOUR
        assert sum((each.time for each in account.removed), account.left) == hours * HOUR
        assert account.left == total(subtract([window], taken))


stretch = st.tuples(st.integers(0, 1380), st.integers(1, 240)).map(
    lambda pair: Interval(MONDAY.start + pair[0] * HOUR / 60, MONDAY.start + sum(pair) * HOUR / 60)
)


@given(
    visits=st.lists(stretch, max_size=4),
    leave=st.lists(stretch, max_size=2),
    claims=st.lists(stretch, max_size=2),
    closed=st.lists(stretch, max_size=2),
    theirs=st.lists(stretch, max_size=3),
    together=st.booleans(),
)
def test_what_is_removed_and_what_is_left_never_overlap_and_make_up_the_window(
    visits, leave, claims, closed, theirs, together
):
    events = [event(when, number=n) for n, when in enumerate(visits)]
    events += [event(when, number=10 + n, type="LEAVE") for n, when in enumerate(leave)]
    outside = [event(when, patient(THEO), host=CARLA, number=20 + n) for n, when in enumerate(theirs)]
    ada = table(*events, hours="06:00-20:00", claims=claims, closures=[Closure(when) for when in closed])
    people = clinic(ada, table(who=BEN), patient_busy=patient_busy([THEO], outside, NEW_YORK))
    asked = ask(together=together, before=10, after=20, between="07:00-19:00", length=45)
    for account in explain(people, asked).clinicians:
        pieces = [when for each in account.removed for when in each.when]
        assert all(each.time == total(each.when) for each in account.removed)
        assert clip(pieces, MONDAY) == merge(pieces)
        assert total(pieces) == sum((each.time for each in account.removed), timedelta())
        assert account.left + total(pieces) == MONDAY.duration
        own = [slot.when for slot in find(people, asked, limit=500).slots if account.clinician_id in slot.clinician_ids]
        assert not any(slot.overlaps(gone) for slot in own for gone in pieces)
        assert bool(own) == bool(account.left)


def test_parts_of_a_second_belong_to_what_is_taken():
    moment = timedelta(microseconds=1)
    ten = monday("10:00", "11:00")
    (account,) = accounts(table(event(Interval(ten.start, ten.end + moment))), window=WORK)
    assert [each.time for each in account.removed] == [HOUR + timedelta(seconds=1)]
    assert account.left == 7 * HOUR - timedelta(seconds=1)
