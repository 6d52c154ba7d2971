"""The mirrors of users and patients: whole, without those who are gone, in pieces that every database takes."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest

from scheduling.directory.models import MirrorState, PatientEntry, StaffMember, Team
from scheduling.domain.person import Patient
from scheduling.domain.work_hours import DayHours
from scheduling.services import connection, mirror, people
from scheduling.welkin import Client, Policy
from scheduling.welkin.drafts import WorkHoursDraft
from scheduling.welkin.errors import Timeout
from tests.garbled_fixture import Garble

from .builders import patient

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
LATER = timedelta(minutes=6)


@pytest.fixture
def scope(credentials) -> str:
    return connection.scope_of(credentials)


def test_refreshing_keeps_rows_and_teams_and_drops_who_is_gone(clinic, api, scope, db) -> None:
    ada, ben = clinic.user("Ada"), clinic.user("Ben", hours=False)
    mirror.refresh_staff(api, scope, NOW)
    team = Team.objects.create(scope=scope, name="Nursing")
    team.members.set(StaffMember.objects.filter(scope=scope))
    before = StaffMember.objects.get(welkin_id=ada).pk

    api.users.delete(ben)
    count = mirror.refresh_staff(api, scope, NOW)

    assert count == 1
    assert list(StaffMember.objects.values_list("pk", "welkin_id", "has_hours")) == [(before, ada, True)]
    assert list(team.members.values_list("welkin_id", flat=True)) == [ada]


def test_two_tenants_never_mix(make_tenant, db, api, scope) -> None:
    from scheduling.welkin import Client, Credentials

    other_tenant = make_tenant()
    other = Credentials(
        **{name: getattr(other_tenant, name) for name in ("url", "tenant", "instance", "client", "secret")}
    )
    patient(api)
    with Client(other) as far:
        patient(far, "Far", "Away")
        mirror.refresh_patients(api, scope, NOW)
        mirror.refresh_patients(far, connection.scope_of(other), NOW)
        mirror.refresh_patients(api, scope, NOW)
    assert sorted(PatientEntry.objects.values_list("scope", "last_name")) == sorted(
        [(scope, "Marsh"), (connection.scope_of(other), "Away")]
    )


def test_more_people_than_one_statement_takes(db, scope, django_assert_max_num_queries) -> None:
    many = [Patient(id=uuid4(), first_name=f"P{number}", last_name="Many") for number in range(1201)]
    rows = [mirror.patient_row(scope, person) for person in many]
    with django_assert_max_num_queries(40):
        mirror._replace(PatientEntry, scope, rows, "patients", NOW, complete=True, sure=True)
    assert PatientEntry.objects.count() == 1201
    mirror._replace(PatientEntry, scope, rows[:1], "patients", NOW, complete=True, sure=True)
    assert list(PatientEntry.objects.values_list("welkin_id", flat=True)) == [many[0].id]


LISTINGS = {
    "complete and read whole": (True, True, 1, NOW + LATER),
    "complete, with a row that cannot be read": (True, False, 2, NOW + LATER),
    "with gaps": (False, False, 2, NOW),
}


@pytest.mark.parametrize(("complete", "sure", "kept", "read_at"), LISTINGS.values(), ids=LISTINGS)
def test_who_is_missing_goes_only_when_that_is_sure(
    db, scope, complete: bool, sure: bool, kept: int, read_at: datetime
) -> None:
    rows = [mirror.patient_row(scope, Patient(id=uuid4(), first_name=name)) for name in ("Ann", "Bob")]
    mirror._replace(PatientEntry, scope, rows, "patients", NOW, complete=True, sure=True)
    mirror._replace(PatientEntry, scope, rows[:1], "patients", NOW + LATER, complete=complete, sure=sure)
    assert PatientEntry.objects.count() == kept
    assert MirrorState.objects.get().completed_at == read_at


def test_a_mirror_that_was_never_complete_has_no_date(db, scope) -> None:
    rows = [mirror.patient_row(scope, Patient(id=uuid4(), first_name="Ann"))]
    mirror._replace(PatientEntry, scope, rows, "patients", NOW, complete=False, sure=False)
    assert (PatientEntry.objects.count(), MirrorState.objects.count()) == (1, 0)


def garbled_client(garble: Garble, distort) -> Client:
    garble("/calendar/work-hours", distort)
    return connection.connect()


def who_works() -> dict[str, bool]:
    return dict(StaffMember.objects.values_list("first_name", "has_hours"))


BAD_HOURS = {
    "a row of somebody unknown instead": lambda _: [{"psmId": None, "details": []}],
    "a record that cannot be read": lambda body: [body[0] | {"details": [{"ruleType": "DEFAULT"}]}],
}


@pytest.mark.parametrize("distort", BAD_HOURS.values(), ids=BAD_HOURS)
def test_nobody_leaves_the_board_because_hours_could_not_be_read(
    clinic, api, scope, db, garble: Garble, distort
) -> None:
    clinic.user("Ada"), clinic.user("Ben", hours=False)
    mirror.refresh_staff(api, scope, NOW)
    mirror.refresh_staff(garbled_client(garble, distort), scope, NOW + LATER)
    assert who_works() == {"Ada": True, "Ben": False}


def test_a_sure_listing_without_hours_takes_somebody_off_the_board(clinic, api, scope, db, garble: Garble) -> None:
    clinic.user("Ada")
    mirror.refresh_staff(api, scope, NOW)
    mirror.refresh_staff(garbled_client(garble, lambda _: []), scope, NOW + LATER)
    assert who_works() == {"Ada": False}


def test_hours_that_begin_next_year_count(clinic, api, scope, db) -> None:
    ada, today = clinic.user("Ada", hours=False), datetime.now(UTC)
    days = (DayHours(1, time(9), time(17)),)
    api.hours.create(WorkHoursDraft(ada, (today + timedelta(days=390)).date(), None, days))
    mirror.refresh_staff(api, scope, today)
    assert who_works() == {"Ada": True}


def test_reading_everybody_has_more_time_than_a_page(clinic, credentials, scope, db, desk_of, make_account) -> None:
    clinic.user("Ada"), clinic.patient()
    with Client(credentials, policy=Policy(read_deadline=0.0)) as hurried:
        assert (mirror.refresh_staff(hurried, scope, NOW), mirror.refresh_patients(hurried, scope, NOW)) == (1, 1)
        StaffMember.objects.all().delete()
        desk = replace(desk_of(make_account()), client=hurried)
        assert [user.first_name for user in people.clinicians(desk)] == ["Ada"]
        with pytest.raises(Timeout):
            mirror.refresh_staff(hurried, scope, NOW, deadline=0.0)


def test_texts_that_a_column_does_not_take_are_cut(db, scope) -> None:
    long = Patient(
        id=uuid4(), first_name="A\0nn" + "e" * 300, last_name="\ud800Quill", phone="1" * 70, timezone="x" * 90
    )
    mirror.remember_patient(scope, long)
    row = PatientEntry.objects.get()
    assert (row.first_name, row.last_name, row.phone, row.timezone) == (
        "Ann" + "e" * 197,
        "Quill",
        "1" * 64,
        "x" * 64,
    )
    assert ("\0" in row.search, row.search.startswith("annee")) == (False, True)


def test_a_changed_name_is_found_by_the_new_one_only(api, scope, db) -> None:
    from scheduling.welkin import PatientChange

    theo = patient(api)
    mirror.refresh_patients(api, scope, NOW)
    api.patients.change(theo.id, PatientChange(last_name="Stone"))
    mirror.refresh_patients(api, scope, NOW)
    (row,) = PatientEntry.objects.all()
    assert (row.last_name, row.search) == ("Stone", "theo stone")


DUE = {"never read": (None, True), "fresh": (timedelta(minutes=4), False), "old": (timedelta(minutes=6), True)}


@pytest.mark.parametrize(("age", "due"), DUE.values(), ids=DUE)
def test_when_a_mirror_is_due(db, scope, age: timedelta | None, due: bool) -> None:
    if age is not None:
        MirrorState.objects.create(scope=scope, kind="staff", completed_at=NOW - age, rows=1)
    assert mirror.is_due(scope, "staff", NOW) is due


def test_a_read_that_fails_leaves_the_mirror_as_it_was(api, scope, db, make_tenant) -> None:
    from scheduling.welkin import Client, Credentials
    from scheduling.welkin.errors import Unreachable

    patient(api)
    mirror.refresh_patients(api, scope, NOW)
    dead = Credentials(url="http://127.0.0.1:9", tenant="t", instance="i", client="c", secret="s")
    with Client(dead) as nobody, pytest.raises(Unreachable):
        mirror.refresh_patients(nobody, scope, NOW + timedelta(minutes=9))
    assert PatientEntry.objects.count() == 1
    assert MirrorState.objects.get(kind="patients").completed_at == NOW
