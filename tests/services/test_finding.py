"""Find a slot: who may be asked, what is read for it, and what the answer rests on."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from scheduling.accounts.roles import Role
from scheduling.domain.event import EventStatus
from scheduling.domain.interval import Interval
from scheduling.domain.rules import Reason
from scheduling.domain.slots import Order, ReasonKind, Request
from scheduling.domain.why import LooseningKind, Rule
from scheduling.services import finding, placing
from scheduling.services.changing import NotPossible
from scheduling.services.desk import Desk, NotAllowed
from scheduling.services.finding import Ask, Found
from scheduling.welkin.drafts import EventChange
from scheduling.welkin.errors import NotFound, WelkinError
from tests.clinic_fixture import Office, at, half_hour
from tests.garbled_fixture import Garble

pytestmark = pytest.mark.django_db

HOURS = "GET /{tenant}/{instance}/calendar/work-hours"
EVENTS = "GET /{tenant}/{instance}/calendar/events"
PATIENT = "GET /{tenant}/{instance}/patients/{patient}"
HALF_HOUR = timedelta(minutes=30)
DAY = Interval(at(0), at(0, day=1))
Count = Callable[..., Any]


def ask_of(office: Office, *clinicians: UUID, patients: tuple[UUID, ...] = (), **more: Any) -> Ask:
    """Half an hour on next week's Monday with Ada, or with these clinicians."""
    told = {name: more.pop(name) for name in ("visit", "cursor", "limit") if name in more}
    request = Request(**{"window": DAY, "length": HALF_HOUR, **more})
    users = tuple(placing.users_of(office.desk, clinicians or (office.ada,)))
    return Ask(request, users, finding.patients(office.desk, patients), **told)


def starts(found: Found) -> list[datetime]:
    return [slot.when.start for slot in found.page.slots]


def team_of(office: Office, make_team: Callable[..., Any], count: int) -> list[UUID]:
    """Ada and so many colleagues more, all in the coordinator's care."""
    for number in range(count - 1):
        office.clinic.user(f"Ben{number}")
    members = list(office.clinic.names.values())
    make_team("All", members=members, keepers=[office.coordinator])
    office.desk = office.desk_of(office.coordinator)
    return members


def test_the_free_time_of_a_clinician_is_offered_without_what_is_booked(office: Office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(9, 30))

    found = finding.find(office.desk, ask_of(office))

    assert starts(found)[:2] == [at(9), at(10)]
    assert [slot.clinician_ids for slot in found.page.slots[:1]] == [(office.ada,)]
    assert (found.sure, found.why) == (True, None)


def test_a_patient_s_visits_with_others_are_kept_clear_of(office: Office, make_team: Callable[..., Any]) -> None:
    _ada, ben = team_of(office, make_team, 2)
    office.clinic.visit(ben, office.theo, start=at(9), minutes=60)

    found = finding.find(office.desk, ask_of(office, patients=(office.theo,)))

    assert starts(found)[0] == at(10)


def test_all_at_once_needs_everybody(office: Office, make_team: Callable[..., Any]) -> None:
    ada, ben = team_of(office, make_team, 2)
    office.clinic.visit(ada, office.theo, start=at(9))
    office.clinic.visit(ben, office.theo, start=at(9, 30))

    found = finding.find(office.desk, ask_of(office, ada, ben, together=True))

    assert starts(found)[0] == at(10)
    assert found.page.slots[0].clinician_ids == (ada, ben)


def test_a_visit_that_is_to_move_does_not_stand_in_its_own_way(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(9))

    event = finding.visit(office.desk, visit.id)
    found = finding.find(office.desk, ask_of(office, patients=(office.theo,), visit=event))

    assert starts(found)[0] == at(9, 15)  # over its old place, but not at it


def test_the_next_page_goes_on_where_the_first_ended(office: Office) -> None:
    first = finding.find(office.desk, ask_of(office, limit=10))
    second = finding.find(office.desk, ask_of(office, limit=100, cursor=first.page.next))

    whole = finding.find(office.desk, ask_of(office, limit=100))
    assert starts(first) + starts(second) == starts(whole)
    assert second.page.next is None


# --- What it costs ----------------------------------------------------------------------------------------------------

WEEKS = Interval(at(0), at(0, day=28))
QUARTER = Interval(at(0), at(0, day=92))


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("window", "patient", "expected"),
    [
        pytest.param(WEEKS, False, [EVENTS, HOURS], id="four-weeks"),
        pytest.param(QUARTER, False, [EVENTS, EVENTS, HOURS], id="a-quarter"),
        pytest.param(WEEKS, True, [EVENTS] * 4 + [HOURS, PATIENT], id="four-weeks-for-a-patient"),
    ],
)
def test_the_calls_of_a_search_do_not_grow_with_its_people(
    office: Office,
    make_team: Callable[..., Any],
    api_calls: Count,
    count: int,
    window: Interval,
    patient: bool,
    expected: list[str],
) -> None:
    members = team_of(office, make_team, count)
    ask = ask_of(office, *members, patients=(office.theo,) if patient else (), window=window)

    with api_calls() as seen:
        finding.find(office.desk, ask)

    assert sorted(seen) == sorted(expected)


@pytest.mark.parametrize("count", [1, 3])
def test_explaining_an_empty_answer_costs_one_reading_more(
    office: Office, make_team: Callable[..., Any], api_calls: Count, count: int
) -> None:
    members = team_of(office, make_team, count)
    sunday = Interval(at(0, day=6), at(0, day=7))

    with api_calls() as seen:
        found = finding.find(office.desk, ask_of(office, *members, window=sunday))

    assert found.page.slots == ()
    assert sorted(seen) == [EVENTS, EVENTS, HOURS, HOURS]


@pytest.mark.parametrize("order", list(Order))
def test_many_people_are_read_for_their_first_days_alone_while_these_hold_the_page(
    office: Office, make_team: Callable[..., Any], api_calls: Count, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = team_of(office, make_team, 9)
    ask = ask_of(office, *members, window=WEEKS, order=order, limit=60)
    with api_calls() as seen:
        found = finding.find(office.desk, ask)
    monkeypatch.setattr(finding, "SOME", 9)

    assert found.page == finding.find(office.desk, ask).page
    assert sorted(seen) == [EVENTS, HOURS]


def test_where_the_first_days_do_not_hold_a_page_all_are_read(
    office: Office, make_team: Callable[..., Any], api_calls: Count
) -> None:
    members = team_of(office, make_team, 9)
    ask = ask_of(office, *members, window=WEEKS, weekdays=frozenset({2}), between=(time(9), time(9, 45)), limit=60)

    with api_calls() as seen:
        found = finding.find(office.desk, ask)

    assert len(found.page.slots) == 60
    assert sorted(seen) == [EVENTS, EVENTS, HOURS, HOURS]


# --- Why there is little ----------------------------------------------------------------------------------------------


def test_an_empty_answer_says_what_took_the_time_and_what_would_open_one(
    office: Office, make_team: Callable[..., Any]
) -> None:
    ada, ben = team_of(office, make_team, 2)
    office.clinic.visit(ada, office.theo, start=at(9), minutes=8 * 60)

    found = finding.find(office.desk, ask_of(office))

    assert found.why is not None
    [account] = found.why.clinicians
    taken = {each.rule: each.time for each in account.removed if each.time}
    assert taken == {Rule.NO_HOURS: timedelta(hours=16), Rule.BUSY: timedelta(hours=8)}
    loosened = {each.kind: each for each in found.why.loosenings}
    assert ben in loosened[LooseningKind.CLINICIAN].slot.clinician_ids
    assert loosened[LooseningKind.LATER].slot.when == half_hour(at(9, day=1))
    assert found.names[ben].name == "Ben0 Quill"


def test_an_answer_with_enough_slots_is_not_explained(office: Office) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(9), minutes=7 * 60)
    assert finding.find(office.desk, ask_of(office)).why is None


# --- The patient's people ---------------------------------------------------------------------------------------------


def test_who_saw_the_patient_last_comes_before_others_at_the_same_time(
    office: Office, make_team: Callable[..., Any]
) -> None:
    ada, ben = team_of(office, make_team, 2)
    past = office.clinic.visit(ben, office.theo, start=at(10, day=-14))
    office.api.events.change(past.id, EventChange(status=EventStatus.COMPLETED))

    found = finding.find(office.desk, ask_of(office, ada, ben, patients=(office.theo,)))

    first = found.page.slots[0]
    assert (first.when.start, first.clinician_ids) == (at(9), (ben,))
    assert {reason.kind: reason.value for reason in first.reasons}[ReasonKind.LAST_SEEN] == past.when.start


def test_the_care_team_is_known(office: Office, make_team: Callable[..., Any]) -> None:
    ada, ben = team_of(office, make_team, 2)
    una = office.clinic.patient("Una", "Reed", care_team=(ben,))

    found = finding.find(office.desk, ask_of(office, ada, ben, patients=(una,)))

    assert found.page.slots[0].clinician_ids == (ben,)
    assert ReasonKind.CARE_TEAM in {reason.kind for reason in found.page.slots[0].reasons}


# --- What is not sure, and what is not allowed ------------------------------------------------------------------------


def without_times(body: Any) -> Any:
    for row in body["content"]:
        row["startDateTime"] = "whenever"
    return body


def test_an_answer_that_rests_on_unreadable_rows_is_not_sure(office: Office, garble: Garble) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(9))
    ask = ask_of(office)
    garble("/calendar/events", without_times)

    assert finding.find(office.desk_of(office.coordinator), ask).sure is False


def test_a_failing_api_is_an_error_and_no_empty_answer(office: Office, garble: Garble) -> None:
    ask = ask_of(office)
    garble("/calendar/work-hours", status=403)

    with pytest.raises(WelkinError):
        finding.find(office.desk_of(office.coordinator), ask)


def test_an_empty_answer_stands_where_the_reading_that_would_explain_it_fails(office: Office, garble: Garble) -> None:
    ask = ask_of(office, window=Interval(at(0, day=6), at(0, day=7)))
    readings = count()
    garble("/calendar/work-hours", lambda body: body if next(readings) == 0 else {"of": "no use"})

    found = finding.find(office.desk_of(office.coordinator), ask)

    assert (found.page.slots, found.why, found.sure) == ((), None, True)


def desk_as(office: Office, make_account: Callable[..., Any], role: Role, own: UUID | None = None) -> Desk:
    return office.desk_of(make_account(role, welkin_id=own))


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_who_books_for_nobody_searches_for_nobody(office: Office, make_account: Callable[..., Any], role: Role) -> None:
    desk = desk_as(office, make_account, role)
    with pytest.raises(NotAllowed):
        finding.choices(desk)
    with pytest.raises(NotAllowed):
        finding.find(desk, ask_of(office))


def test_a_clinician_asks_only_for_themselves(
    office: Office, make_account: Callable[..., Any], make_team: Callable[..., Any]
) -> None:
    ada, ben = team_of(office, make_team, 2)
    desk = desk_as(office, make_account, Role.CLINICIAN, ada)

    assert [user.id for user in finding.choices(desk).people] == [ada]
    with pytest.raises(NotAllowed):
        finding.find(desk, ask_of(office, ben))


def test_the_choices_are_people_by_team(office: Office, make_team: Callable[..., Any]) -> None:
    ben = office.clinic.user("Ben")
    make_team("Night", members=[ben], keepers=[office.coordinator])
    office.clinic.user("Cleo")

    known = finding.choices(office.desk_of(office.coordinator))

    assert [user.first_name for user in known.people] == ["Ada", "Ben"]
    assert [(team.name, team.people) for team in known.teams] == [("Night", (ben,)), ("Nursing", (office.ada,))]
    assert known.own == (office.ada, ben)


def test_only_a_visit_that_can_be_moved_looks_for_another_time(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(9))
    office.api.events.cancel(visit.id)

    with pytest.raises(NotPossible) as refused:
        finding.visit(office.desk, visit.id)
    assert refused.value.reason is Reason.CANCELLED
    with pytest.raises(NotFound):
        finding.visit(office.desk, uuid4())


def test_a_patient_who_does_not_exist_is_left_out(office: Office) -> None:
    found = finding.patients(office.desk, (office.theo, uuid4()))
    assert [patient.id for patient in found] == [office.theo]
