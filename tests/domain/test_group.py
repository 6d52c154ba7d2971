"""Group sessions: reading the number of places, counting who is in, and who may join."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.domain import group
from scheduling.domain.rules import Reason

from .builders import ADA, BEN, THEO, UNA, event, patient, psm, span

SESSION = span("2026-11-23 14:00", "2026-11-23 15:00")
BEFORE, DURING, END = (span("2026-11-23", f"2026-11-23 {clock}").end for clock in ("13:59", "14:30", "15:00"))


def session(*people, capacity=2, **fields):
    additional = {} if capacity is None else {"capacity": capacity}
    return event(SESSION, *people, **{"type": "GROUP_THERAPY", "additional": additional} | fields)


CAPACITIES = [
    ("a number", 8, 8),
    ("digits", "8", 8),
    ("digits with a zero before", "08", 8),
    ("one", 1, 1),
    ("none", 0, None),
    ("none, as digits", "0", None),
    ("negative", -3, None),
    ("negative, as text", "-3", None),
    ("nothing", None, None),
    ("empty", "", None),
    ("a word", "eight", None),
    ("with a blank", "8 ", None),
    ("with a sign", "+8", None),
    ("a fraction", 8.0, None),
    ("a fraction as text", "8.0", None),
    ("true", True, None),
    ("a list", [8], None),
    ("a superscript digit", "²", None),
    ("digits of another script", "٨", None),
    ("endless digits", "9" * 5000, None),
]


@pytest.mark.parametrize(("value", "capacity"), [case[1:] for case in CAPACITIES], ids=[case[0] for case in CAPACITIES])
def test_capacity_is_a_whole_number_of_at_least_one(value, capacity):
    assert group.capacity_of(session(additional={"capacity": value})) == capacity


def test_no_capacity_where_there_is_no_such_key():
    assert group.capacity_of(session(capacity=None)) is None
    assert group.places_left(session(capacity=None)) is None


COUNTS = [
    ("nobody", (), 2, 0, 2),
    ("staff are not counted", (psm(BEN),), 2, 0, 2),
    ("one", (patient(THEO),), 2, 1, 1),
    ("one in two rows", (patient(THEO), patient(THEO)), 2, 1, 1),
    ("full", (patient(THEO), patient(UNA)), 2, 2, 0),
    ("overfull", (patient(THEO), patient(UNA)), 1, 2, 0),
]


@pytest.mark.parametrize(
    ("people", "capacity", "taken", "left"), [case[1:] for case in COUNTS], ids=[case[0] for case in COUNTS]
)
def test_places(people, capacity, taken, left):
    seen = session(*people, capacity=capacity)
    assert (group.places_taken(seen), group.places_left(seen)) == (taken, left)


JOINS = [
    ("a place is left", session(patient(UNA)), BEFORE, None),
    ("it has begun", session(patient(UNA)), DURING, None),
    ("null status", session(status=None), BEFORE, None),
    ("mixed case", session(type="Group_Therapy", status="Scheduled"), BEFORE, None),
    ("it is over", session(patient(UNA)), END, Reason.ENDED),
    ("an appointment", session(type="APPOINTMENT"), BEFORE, Reason.NOT_GROUP),
    ("leave", session(type="LEAVE"), BEFORE, Reason.NOT_GROUP),
    ("a type nobody knows", session(type="CLUB"), BEFORE, Reason.NOT_GROUP),
    ("no type", session(type=None), BEFORE, Reason.NOT_GROUP),
    ("cancelled", session(status="CANCELLED"), BEFORE, Reason.CANCELLED),
    ("completed", session(status="COMPLETED"), BEFORE, Reason.COMPLETED),
    ("missed", session(status="MISSED"), BEFORE, Reason.MISSED),
    ("a status nobody knows", session(status="RESCHEDULED"), BEFORE, Reason.UNKNOWN_STATUS),
    ("not read whole", session(whole=False), BEFORE, Reason.NOT_WHOLE),
    ("no capacity", session(capacity=None), BEFORE, Reason.NO_CAPACITY),
    ("full", session(patient(UNA), capacity=1), BEFORE, Reason.FULL),
    ("in it already", session(patient(THEO)), BEFORE, Reason.TAKES_PART),
    ("in it already, and full", session(patient(THEO), capacity=1), BEFORE, Reason.TAKES_PART),
    ("in it already, no capacity", session(patient(THEO), capacity=None), BEFORE, Reason.TAKES_PART),
    ("in it already, cancelled", session(patient(THEO), status="CANCELLED"), BEFORE, Reason.CANCELLED),
    ("its own host", session(host=THEO), BEFORE, Reason.TAKES_PART),
]


@pytest.mark.parametrize(("seen", "now", "reason"), [case[1:] for case in JOINS], ids=[case[0] for case in JOINS])
def test_who_may_join(seen, now, reason):
    assert group.joinable(seen, THEO, now) is reason


@given(
    st.lists(st.sampled_from([ADA, BEN, THEO, UNA]), max_size=6),
    st.one_of(st.none(), st.booleans(), st.integers(-2, 6), st.text(max_size=3), st.floats()),
)
def test_whoever_may_join_finds_a_place_and_is_not_there_yet(people, capacity):
    seen = session(*map(patient, people), additional={"capacity": capacity})
    if group.joinable(seen, THEO, BEFORE) is None:
        assert THEO not in people
        assert group.places_taken(seen) < group.capacity_of(seen)
        joined = session(*map(patient, (*people, THEO)), additional={"capacity": capacity})
        assert group.places_left(joined) == group.places_left(seen) - 1
    elif group.open_to_more(seen, BEFORE) is None:
        assert THEO in people
