"""The mirrors of users and patients: whole, without those who are gone, in pieces that every database takes."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from scheduling.directory.models import MirrorState, PatientEntry, StaffMember, Team
from scheduling.domain.person import Patient
from scheduling.services import connection, mirror

from .builders import patient

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


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
        mirror._replace(PatientEntry, scope, rows, "patients", NOW, complete=True)
    assert PatientEntry.objects.count() == 1201
    mirror._replace(PatientEntry, scope, rows[:1], "patients", NOW, complete=True)
    assert list(PatientEntry.objects.values_list("welkin_id", flat=True)) == [many[0].id]


def test_an_incomplete_listing_drops_nobody(db, scope) -> None:
    rows = [mirror.patient_row(scope, Patient(id=uuid4(), first_name=name)) for name in ("Ann", "Bob")]
    mirror._replace(PatientEntry, scope, rows, "patients", NOW, complete=True)
    mirror._replace(PatientEntry, scope, rows[:1], "patients", NOW, complete=False)
    assert PatientEntry.objects.count() == 2


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
