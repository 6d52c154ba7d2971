"""Which slots come first in each order, and the reasons that are told with them."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.domain.request import Order
from scheduling.domain.slots import Reason, ReasonKind, Standing, find

from .builders import ADA, BEN, CARLA, NEW_YORK, THEO, ask, at, clinic, event, local, monday, patient, table, told

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
CARE_TEAM, STRANGER = Standing(care_team=True), Standing()
SEEN = Standing(care_team=True, last_seen=at("2026-11-02 15:00"))
SEEN_LONG_AGO = Standing(last_seen=at("2020-01-01"))
TWO_DAYS = local("2026-11-23 00:00", "2026-11-25 00:00")


def slots(*tables, standings=None, limit=50, **fields):
    fields.setdefault("step", 60)
    return find(clinic(*tables, standings=standings or {}), ask(**fields), limit=limit).slots


def reasons(found):
    return [[(reason.kind.value, reason.value) for reason in slot.reasons] for slot in found]


def trio(hours="09:00-11:00", **fields):
    return [table(who=who, hours=hours, **fields) for who in (ADA, BEN, CARLA)]


TIES = [
    pytest.param({}, "Ada Ben Carla", id="nobody known, their own order"),
    pytest.param({CARLA: CARE_TEAM}, "Carla Ada Ben", id="one of the care team"),
    pytest.param({CARLA: CARE_TEAM, BEN: CARE_TEAM}, "Ben Carla Ada", id="two of the care team, their own order"),
    pytest.param({BEN: CARE_TEAM, CARLA: SEEN}, "Carla Ben Ada", id="last seen before the care team"),
    pytest.param({BEN: SEEN, CARLA: SEEN_LONG_AGO}, "Ben Carla Ada", id="two seen, their own order"),
    pytest.param({BEN: SEEN_LONG_AGO, CARLA: SEEN}, "Ben Carla Ada", id="whenever that was"),
    pytest.param({ADA: STRANGER, BEN: STRANGER}, "Ada Ben Carla", id="standings that say nothing"),
]


@pytest.mark.parametrize(("standings", "names"), TIES)
@pytest.mark.parametrize("order", [Order.SOONEST, Order.CARE_TEAM])
def test_at_the_same_time_the_best_known_comes_first(standings, names, order):
    found = slots(*trio("09:00-10:00"), standings=standings, order=order)
    assert [text.split()[0] for text in told(found)] == names.split()


def test_soonest_goes_by_start_whoever_it_is():
    ada = table(hours="10:00-12:00")
    ben = table(who=BEN, hours="09:00-11:00")
    assert told(slots(ada, ben, standings={ADA: SEEN})) == [
        "Ben Mon 09:00", "Ada Mon 10:00", "Ben Mon 10:00", "Ada Mon 11:00",
    ]  # fmt: skip


def test_care_team_goes_by_day_then_by_who_it_is():
    people = trio("09:00-11:00", window=TWO_DAYS)
    found = slots(*people, window=TWO_DAYS, order=Order.CARE_TEAM, standings={BEN: CARE_TEAM, CARLA: SEEN})
    one_day = ["Carla 09:00", "Carla 10:00", "Ben 09:00", "Ben 10:00", "Ada 09:00", "Ada 10:00"]
    assert told(found) == [text.replace(" ", f" {day} ") for day in ("Mon", "Tue") for text in one_day]


def test_even_load_goes_by_day_then_by_the_share_booked():
    busy = table(event(monday("09:00", "10:00")), hours="09:00-13:00")
    half = table(event(monday("11:00", "13:00"), host=BEN), who=BEN, hours="09:00-13:00")
    idle = table(who=CARLA, hours="12:00-13:00")
    found = slots(busy, half, idle, order=Order.EVEN_LOAD)
    assert told(found) == [
        "Carla Mon 12:00",
        "Ada Mon 10:00", "Ada Mon 11:00", "Ada Mon 12:00",
        "Ben Mon 09:00", "Ben Mon 10:00",
    ]  # fmt: skip
    loads = {told([slot])[0].split()[0]: slot.reasons[-1] for slot in found}
    assert loads == {
        "Carla": Reason(ReasonKind.LOAD, 0.0),
        "Ada": Reason(ReasonKind.LOAD, 0.25),
        "Ben": Reason(ReasonKind.LOAD, 0.5),
    }


def test_even_load_does_not_care_for_the_care_team():
    ada = table(event(monday("09:00", "10:00")), hours="09:00-11:00")
    ben = table(who=BEN, hours="10:00-11:00")
    assert told(slots(ada, ben, standings={ADA: SEEN}, order=Order.EVEN_LOAD)) == ["Ben Mon 10:00", "Ada Mon 10:00"]


def test_even_load_counts_all_that_is_known_so_that_a_later_page_ranks_alike():
    ada = table(event(local("2026-11-24 09:00", "2026-11-24 17:00")), hours="09:00-10:00", window=TWO_DAYS)
    ben = table(event(monday("16:00", "17:00"), host=BEN), who=BEN, hours="09:00-10:00 16:00-17:00", window=TWO_DAYS)
    assert told(slots(ada, ben, order=Order.EVEN_LOAD)) == ["Ben Mon 09:00", "Ada Mon 09:00"]


def test_even_load_is_the_highest_of_those_together():
    ada = table(event(monday("09:00", "11:00")), hours="09:00-17:00")
    ben = table(who=BEN)
    (first, *_) = slots(ada, ben, together=True, order=Order.EVEN_LOAD)
    assert first.reasons == (Reason(ReasonKind.SOONEST), Reason(ReasonKind.LOAD, 0.25))


@pytest.mark.parametrize(
    ("zone", "found"),
    [
        pytest.param(NEW_YORK, "Ben 22:00, Ben 23:00, Ada 22:00, Ada 23:00, Ben 00:00, Ada 00:00", id="two days"),
        pytest.param(LOS_ANGELES, "Ben 22:00, Ben 23:00, Ben 00:00, Ada 22:00, Ada 23:00, Ada 00:00", id="one evening"),
    ],
)
def test_days_are_those_of_the_clinic(zone, found):
    night = local("2026-11-23 22:00", "2026-11-24 01:00")
    people = [table(who=who, hours="00:00-23:59", window=night) for who in (ADA, BEN)]
    asked = ask(night, step=60, order=Order.CARE_TEAM)
    slots = find(clinic(*people, zone=zone, standings={BEN: SEEN}), asked).slots
    assert ", ".join(text.replace(" Mon", "").replace(" Tue", "") for text in told(slots)) == found


def test_the_reasons_of_the_earliest_of_each_and_the_wait_of_the_rest():
    ada, ben = table(hours="09:00-11:00"), table(who=BEN, hours="10:00-12:00")
    found = slots(ada, ben, window=monday("08:00", "17:00"))
    assert list(zip(told(found), reasons(found), strict=True)) == [
        ("Ada Mon 09:00", [("SOONEST", None)]),
        ("Ada Mon 10:00", [("WAIT", timedelta(hours=2))]),
        ("Ben Mon 10:00", [("FIRST_WITH", None)]),
        ("Ben Mon 11:00", [("WAIT", timedelta(hours=3))]),
    ]


def test_the_wait_is_counted_from_the_window_by_real_time():
    night = local("2026-11-01 00:00", "2026-11-01 10:00")
    found = slots(table(hours="03:00-05:00", window=night), window=night)
    assert reasons(found) == [[("SOONEST", None)], [("WAIT", timedelta(hours=5))]]


def test_all_who_are_first_at_the_same_time_are_the_soonest():
    assert reasons(slots(*trio("09:00-10:00"))) == [[("SOONEST", None)]] * 3


def test_what_the_clinician_is_to_the_patient_is_told_with_each_slot():
    found = slots(*trio(), standings={BEN: CARE_TEAM, CARLA: SEEN})
    assert list(zip(told(found), reasons(found), strict=True)) == [
        ("Carla Mon 09:00", [("SOONEST", None), ("LAST_SEEN", SEEN.last_seen), ("CARE_TEAM", None)]),
        ("Ben Mon 09:00", [("SOONEST", None), ("CARE_TEAM", None)]),
        ("Ada Mon 09:00", [("SOONEST", None)]),
        ("Carla Mon 10:00", [("LAST_SEEN", SEEN.last_seen), ("CARE_TEAM", None)]),
        ("Ben Mon 10:00", [("CARE_TEAM", None)]),
        ("Ada Mon 10:00", [("WAIT", timedelta(hours=10))]),
    ]


def test_together_the_last_time_any_of_them_saw_the_patient_counts():
    (first, *_) = slots(*trio(), standings={ADA: SEEN_LONG_AGO, BEN: SEEN}, together=True)
    assert reasons([first]) == [[("SOONEST", None), ("LAST_SEEN", SEEN.last_seen), ("CARE_TEAM", None)]]


@pytest.mark.parametrize("order", [Order.CARE_TEAM, Order.EVEN_LOAD])
def test_the_soonest_is_the_earliest_of_all_even_where_another_comes_first(order):
    ada = table(hours="10:00-12:00")
    ben = table(event(monday("16:00", "17:00"), host=BEN), who=BEN, hours="09:00-10:00 16:00-17:00")
    found = slots(ben, ada, standings={ADA: CARE_TEAM}, order=order)
    assert told(found) == ["Ada Mon 10:00", "Ada Mon 11:00", "Ben Mon 09:00"]
    assert [[kind for kind, _ in each][:1] for each in reasons(found)][0::2] == [["FIRST_WITH"], ["SOONEST"]]


def test_so_it_is_where_the_soonest_is_on_another_page():
    ada, ben = table(hours="10:00-12:00"), table(who=BEN, hours="09:00-10:00")
    (first,) = slots(ada, ben, standings={ADA: SEEN}, order=Order.CARE_TEAM, limit=1)
    assert reasons([first]) == [[("FIRST_WITH", None), ("LAST_SEEN", SEEN.last_seen), ("CARE_TEAM", None)]]


@pytest.mark.parametrize("order", Order)
def test_a_place_in_a_group_session_tells_how_many_there_are(order):
    session = event(
        monday("10:00", "11:00"), patient(CARLA), type="GROUP_THERAPY", additional={"capacity": 4}, number=1
    )
    people = clinic(table(session, hours="09:00-11:00"), patient_ids=(THEO,))
    first, second = find(people, ask(step=60, join=True, order=order)).slots
    assert (first.joins, second.joins) == (None, session.id)
    load = [Reason(ReasonKind.LOAD, 0.5)] if order is Order.EVEN_LOAD else []
    assert second.reasons == (*load, Reason(ReasonKind.JOINS, 3))


def test_in_every_order_the_slots_are_the_same():
    people = trio("09:00-12:00", window=TWO_DAYS)
    found = [slots(*people, window=TWO_DAYS, order=order, standings={BEN: SEEN}) for order in Order]
    places = [sorted((slot.when, slot.clinician_ids) for slot in each) for each in found]
    assert places[0] == places[1] == places[2]
    assert len(places[0]) == 18
