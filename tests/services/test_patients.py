"""A patient's page: what is read, who sees what of it; making a patient."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from scheduling.accounts.roles import Role
from scheduling.directory.models import PatientEntry
from scheduling.domain.interval import Interval
from scheduling.ledger.models import AuditRecord
from scheduling.services import patients, people, writes
from scheduling.services.desk import NotAllowed
from scheduling.services.writes import Ending, IntentRefused
from scheduling.welkin import Client, NewPatient
from scheduling.welkin.errors import NotFound

from .builders import NOON, ids, patient, user, visit

DAY = timedelta(days=1)
ANNA = NewPatient(first_name="Anna", last_name="Ek", birth_date=date(1980, 2, 29), email="anna.ek@mail.example")


def test_a_page_shows_eight_weeks_back_and_ahead_by_start(api: Client, desk_of, make_account, make_team) -> None:
    ada, theo = user(api), patient(api, care_team=())
    times = [NOON - 57 * DAY, NOON - 55 * DAY, NOON - DAY, NOON + DAY, NOON + 55 * DAY, NOON + 58 * DAY]
    made = [visit(api, ada, theo, start) for start in times]
    visit(api, ada, patient(api, "Other"), NOON + DAY)
    coordinator = make_account()
    make_team("Nursing", [ada.id], [coordinator])

    page = patients.show(desk_of(coordinator, now=NOON), theo.id)

    assert [shown.event.id for shown in page.visits] == ids(made[1:5])
    assert page.next_visit is not None
    assert page.next_visit.event.id == made[3].id
    assert (page.first, page.last) == (date(2026, 9, 30), date(2027, 1, 20))
    assert (page.earlier, page.later) == (date(2026, 8, 5), date(2027, 1, 20))


def test_another_period_keeps_the_next_visit(api: Client, desk_of, make_account) -> None:
    ada, theo = user(api), patient(api)
    coming = visit(api, ada, theo, NOON + DAY)
    old = visit(api, ada, theo, datetime(2026, 3, 3, 15, tzinfo=UTC))
    page = patients.show(desk_of(make_account(), now=NOON), theo.id, date(2026, 2, 1))
    assert [shown.event.id for shown in page.visits] == [old.id]
    assert page.next_visit is not None
    assert page.next_visit.event.id == coming.id


NEXT: dict[str, tuple[list[tuple[float, str]], int | None]] = {
    "none at all": ([], None),
    "one that is going on": ([(-0.2, "SCHEDULED"), (3, "SCHEDULED")], 0),
    "a cancelled one does not count": ([(1, "CANCELLED"), (3, "SCHEDULED")], 1),
    "one that was marked early does not count": ([(-0.2, "COMPLETED"), (3, "SCHEDULED")], 1),
    "past ones only": ([(-30, "SCHEDULED")], None),
}


@pytest.mark.parametrize(("starts", "expected"), NEXT.values(), ids=NEXT)
def test_the_next_visit(
    api: Client, desk_of, make_account, starts: list[tuple[float, str]], expected: int | None
) -> None:
    ada, theo = user(api), patient(api)
    made = [visit(api, ada, theo, NOON + timedelta(hours=hours), status=status) for hours, status in starts]
    page = patients.show(desk_of(make_account(), now=NOON), theo.id)
    found = page.next_visit.event.id if page.next_visit else None
    assert found == (None if expected is None else made[expected].id)


def test_visits_of_calendars_that_the_login_may_not_see_are_closed(
    api: Client, desk_of, make_account, make_team
) -> None:
    ada, ben, theo = user(api), user(api, "ben"), patient(api)
    own, other = visit(api, ada, theo, NOON + DAY), visit(api, ben, theo, NOON + 2 * DAY)
    both = visit(api, [ben, ada], theo, NOON + 3 * DAY)
    clinician = make_account(Role.CLINICIAN, welkin_id=ada.id)
    coordinator = make_account(Role.COORDINATOR)
    make_team("Nursing", [ada.id], [coordinator])
    for account in (clinician, coordinator):
        shown = patients.show(desk_of(account, now=NOON), theo.id).visits
        assert {row.event.id: row.open for row in shown} == {own.id: True, other.id: False, both.id: True}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_managers_and_administrators_see_no_patient(api: Client, desk_of, make_account, role: Role) -> None:
    theo, desk = patient(api), desk_of(make_account(role), now=NOON)
    for ask in (lambda: patients.show(desk, theo.id), lambda: people.find_patients(desk, "Theo")):
        with pytest.raises(NotAllowed):
            ask()


def test_an_unknown_patient(api: Client, desk_of, make_account) -> None:
    with pytest.raises(NotFound):
        patients.show(desk_of(make_account(), now=NOON), uuid4())


def test_the_care_team_is_named_from_the_directory(api: Client, desk_of, make_account, refresh) -> None:
    ada, stranger = user(api), uuid4()
    theo = patient(api, care_team=(ada.id,))
    refresh()
    desk = desk_of(make_account(), now=NOON)
    page = patients.show(desk, theo.id)
    assert [member.id for member in page.care_team] == [ada.id]
    assert page.care_team_unknown == 0
    assert stranger not in page.names


def test_overlapping_visits_are_flagged(api: Client, desk_of, make_account) -> None:
    ada, ben, theo = user(api), user(api, "ben"), patient(api)
    first = visit(api, ada, theo, NOON + DAY, 60)
    second = visit(api, ben, theo, NOON + DAY + timedelta(minutes=30), 60)
    visit(api, ada, theo, NOON + DAY + timedelta(minutes=90))
    visit(api, ben, theo, NOON + DAY, 60, status="CANCELLED")
    page = patients.show(desk_of(make_account(), now=NOON), theo.id)
    assert page.clashes == {first.id, second.id}


WHOLE_DAY = {"minutes": 24 * 60, "all_day": True}


def midnight(day: int) -> datetime:
    """How the API writes a date of November 2026: at midnight UTC, wherever it is meant (design 9)."""
    return datetime(2026, 11, day, tzinfo=UTC)


def test_an_all_day_visit_lasts_until_the_evening_of_its_own_day(api: Client, desk_of, make_account) -> None:
    ada, ben, theo = user(api), user(api, "ben"), patient(api)
    whole = visit(api, ada, theo, midnight(25), **WHOLE_DAY)
    late = visit(api, ben, theo, datetime(2026, 11, 26, 3, 30, tzinfo=UTC))
    visit(api, ben, theo, midnight(25) + timedelta(hours=1))

    page = patients.show(desk_of(make_account(), now=datetime(2026, 11, 26, 2, tzinfo=UTC)), theo.id)

    assert page.next_visit is not None
    assert page.next_visit.event.id == whole.id
    assert page.next_visit.when == Interval(midnight(25) + timedelta(hours=5), midnight(26) + timedelta(hours=5))
    assert page.clashes == {whole.id, late.id}


ZONES = {
    "dated after the period, begins in it east of here": ("Asia/Tokyo", "Europe/Berlin", 25, 25, True),
    "dated in the period, ends before it west of here": ("America/New_York", "America/New_York", 26, 26, False),
}


@pytest.mark.parametrize(("host_zone", "viewer_zone", "day", "last", "shown"), ZONES.values(), ids=ZONES)
def test_an_all_day_visit_stands_in_the_period_of_its_own_day(
    api: Client, desk_of, make_account, host_zone: str, viewer_zone: str, day: int, last: int, shown: bool
) -> None:
    ada, theo = user(api, timezone=host_zone), patient(api)
    whole = visit(api, ada, theo, midnight(day), timezone=host_zone, **WHOLE_DAY)
    desk = desk_of(make_account(timezone=viewer_zone), now=NOON)

    page = patients.show(desk, theo.id, date(2026, 11, last) - patients.PERIOD)

    assert [row.event.id for row in page.visits] == ([whole.id] if shown else [])


CALLS = {"around today": (None, 3), "another period": (date(2026, 3, 1), 3)}


@pytest.mark.parametrize(("start", "calls"), CALLS.values(), ids=CALLS)
def test_a_page_costs_three_calls(
    api_calls, api: Client, desk_of, make_account, start: date | None, calls: int
) -> None:
    ada, theo = user(api), patient(api)
    for day in range(-40, 40, 4):
        visit(api, ada, theo, NOON + day * DAY)
    desk = desk_of(make_account(), now=NOON)
    with api_calls() as seen:
        patients.show(desk, theo.id, start)
    assert len(seen) == calls


def test_creating_a_patient_writes_it_once_with_an_audit_line_before_and_after(
    api: Client, desk_of, make_account
) -> None:
    desk = desk_of(make_account(), now=NOON)
    intent = writes.mint(desk)
    first, second = patients.create(desk, intent, ANNA), patients.create(desk, intent, ANNA)

    (kept,) = api.patients.find().rows
    assert (kept.name, kept.birth_date, kept.email) == ("Anna Ek", date(1980, 2, 29), "anna.ek@mail.example")
    assert first.patient_id == second.patient_id == kept.id
    assert (first.outcome.replayed, second.outcome.replayed) == (False, True)
    assert [(row.phase, row.action, row.fields) for row in AuditRecord.objects.order_by("id")] == [
        ("requested", "patient.create", ["first_name", "last_name", "email", "birth_date"]),
        ("confirmed", "patient.create", ["first_name", "last_name", "email", "birth_date"]),
    ]
    assert AuditRecord.objects.get(phase="confirmed").object_id == str(kept.id)
    assert list(PatientEntry.objects.values_list("welkin_id", flat=True)) == [kept.id]


def test_one_form_makes_one_patient_only(api: Client, desk_of, make_account) -> None:
    desk = desk_of(make_account(), now=NOON)
    intent = writes.mint(desk)
    patients.create(desk, intent, ANNA)
    with pytest.raises(IntentRefused):
        patients.create(desk, intent, replace(ANNA, last_name="Berg"))
    assert [row.name for row in api.patients.find().rows] == ["Anna Ek"]


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR])
def test_only_coordinators_make_patients(api: Client, desk_of, make_account, role: Role) -> None:
    desk = desk_of(make_account(role), now=NOON)
    with pytest.raises(NotAllowed):
        patients.create(desk, writes.mint(desk), ANNA)
    assert api.patients.find().rows == ()
    assert AuditRecord.objects.count() == 0


def test_a_patient_that_the_api_refuses(api: Client, desk_of, make_account) -> None:
    desk = desk_of(make_account(), now=NOON)
    made = patients.create(desk, writes.mint(desk), replace(ANNA, first_name=""))
    assert made.outcome.ending is Ending.REFUSED
    assert [row.phase for row in AuditRecord.objects.order_by("id")] == ["requested", "refused"]


NAMESAKES: dict[str, tuple[str, str, date | None, bool]] = {
    "the same": ("Anna", "Ek", date(1980, 2, 29), True),
    "case and accents do not count": ("ÁNNA", " ek ", date(1980, 2, 29), True),
    "no birth date to tell them apart": ("Anna", "Ek", None, True),
    "another birth date": ("Anna", "Ek", date(1981, 1, 1), False),
    "a part of the name only": ("Ann", "Ek", None, False),
    "another name": ("Berta", "Ek", None, False),
}


@pytest.mark.parametrize(("first", "last", "born", "same"), NAMESAKES.values(), ids=NAMESAKES)
def test_namesakes(
    api: Client, desk_of, make_account, refresh, first: str, last: str, born: date | None, same: bool
) -> None:
    known = api.patients.create(ANNA)
    refresh()
    found = patients.namesakes(desk_of(make_account()), first, last, born)
    assert ids(found) == ([known.id] if same else [])
