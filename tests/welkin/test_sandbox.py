"""The client and the sandbox speak with each other over HTTP: real JSON goes both ways, a fresh tenant each test."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from scheduling.domain.event import Answer, Event, EventStatus, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient, User
from scheduling.domain.work_hours import DayHours, HoursType, RuleType
from scheduling.welkin import (
    Call,
    Client,
    Credentials,
    EventChange,
    NewEvent,
    NewPatient,
    NewUser,
    PatientChange,
    PatientKey,
    Policy,
    Runtime,
    UserChange,
    WorkHoursDraft,
)
from scheduling.welkin.errors import (
    BadCredentials,
    Forbidden,
    NotFound,
    Refused,
    UnknownInstance,
    UnknownTenant,
    Unreachable,
    WelkinError,
)

DEADLINE = 30.0
PATIENT = Policy(read_deadline=DEADLINE, write_deadline=DEADLINE, connect_timeout=DEADLINE)
NINE = datetime(2027, 5, 4, 13, tzinfo=UTC)
TEN = Interval(NINE + timedelta(hours=1), NINE + timedelta(hours=2))
WEEK = Interval(datetime(2027, 5, 3, 4, tzinfo=UTC), datetime(2027, 5, 10, 4, tzinfo=UTC))


def connect(place, **changes) -> Client:
    credentials = Credentials(place.url, place.tenant, place.instance, place.client, place.secret)
    return Client(replace(credentials, **changes), policy=PATIENT)


@pytest.fixture
def client(sandbox) -> Iterator[Client]:
    with connect(sandbox) as made:
        yield made


def a_user(client: Client, name: str = "ada.quill") -> User:
    return client.users.create(
        NewUser(name, f"{name}@harbor.example", "Ada", "Quill", credentials="RN", timezone="America/New_York")
    )


def a_patient(client: Client, first: str = "Theo") -> Patient:
    return client.patients.create(NewPatient(first, "Marsh", email=f"{first}@mail.example", timezone="America/Chicago"))


def a_visit(client: Client, user: User, patient: Patient | None = None, when: Interval = TEN, **fields) -> Event:
    people = (Participant(user.id, "psm"), *([Participant(patient.id, "patient")] if patient else []))
    return client.events.create(NewEvent(when, user.id, people, title="Wound check", timezone=user.timezone, **fields))


def test_a_user_lives(client):
    ada = a_user(client)

    assert client.users.read(ada.id) == client.users.read_by_name("ada.quill") == ada
    assert (ada.name, ada.state, ada.enabled, ada.timezone) == ("Ada Quill", "PROVISIONED", False, "America/New_York")
    assert (
        client.users.change("ada.quill", UserChange(timezone="US/Pacific", phone="+15550100011")).timezone
        == "US/Pacific"
    )
    replaced = client.users.replace("ada.quill", NewUser("ada.quill", "ada@harbor.example", last_name="Quill"))
    assert (replaced.id, replaced.first_name, replaced.phone, replaced.timezone) == (ada.id, "", "", None)


def test_users_are_found(client):
    ada, ben = a_user(client), a_user(client, "ben.ives")

    assert [user.id for user in client.users.find()] == [ada.id, ben.id]
    assert [user.id for user in client.users.find(search="ben")] == [ben.id]
    assert [user.id for user in client.users.find(ids=[ada.id])] == [ada.id]
    assert client.users.find(email="nobody@harbor.example").rows == ()


def test_a_deleted_user_leaves_the_lists(client):
    ada = a_user(client)

    client.users.delete(ada.id)

    assert client.users.find().rows == ()
    assert [user.active for user in client.users.find(include_deleted=True)] == [False]


def test_a_user_delete_may_be_closed_to_us(make_tenant):
    with connect(make_tenant(userDelete="forbidden")) as client:
        ada = a_user(client)
        with pytest.raises(Forbidden) as caught:
            client.users.delete(ada.id)

    assert caught.value.code == "ACCESS_FOR_API_CLIENT_RESTRICTED"


def test_a_taken_username_is_refused(client):
    a_user(client)

    with pytest.raises(Refused) as caught:
        a_user(client)

    assert list(caught.value.details) == ["username"]


def test_a_patient_lives(client):
    ada = a_user(client)
    theo = client.patients.create(
        NewPatient("Theo", "Marsh", birth_date=date(1988, 2, 9), mrn="M7", external_id="x-1", care_team=(ada.id,))
    )

    assert client.patients.read(theo.id) == theo
    assert (theo.name, theo.birth_date, theo.gender, theo.language, theo.care_team) == (
        "Theo Marsh",
        date(1988, 2, 9),
        "UNKNOWN",
        "ENGLISH",
        (ada.id,),
    )
    assert client.patients.read_by(PatientKey.MRN, "M7").id == theo.id
    assert client.patients.read_by(PatientKey.EXTERNAL_ID, "x-1").id == theo.id
    changed = client.patients.change(theo.id, PatientChange(phone="+15550100177", birth_date=None))
    assert (changed.phone, changed.birth_date, changed.first_name) == ("+15550100177", None, "Theo")
    with pytest.raises(Forbidden):
        client.patients.delete(theo.id)


def test_patients_are_found(client):
    theo, mara = a_patient(client), a_patient(client, "Mara")

    assert {patient.id for patient in client.patients.find()} == {theo.id, mara.id}
    assert [patient.id for patient in client.patients.find(query="mara")] == [mara.id]
    assert {patient.id for patient in client.patients.by_filter()} == {theo.id, mara.id}


def test_records_live(client):
    theo = a_patient(client)
    record = client.records.create(theo.id, "medication", {"medication_name": "Ibuprofen"})
    other = client.records.create(theo.id, "medication", {"medication_name": "Zinc"})

    assert client.records.read(theo.id, "medication", record.id) == record
    assert (record.name, record.patient_id, record.fields["medication_name"]) == ("medication", theo.id, "Ibuprofen")
    changed = client.records.change(theo.id, "medication", record.id, {"medication_status": "active"})
    assert (changed.fields["medication_name"], changed.fields["medication_status"]) == ("Ibuprofen", "active")
    results = client.records.change_many(theo.id, "medication", {other.id: {"medication_status": "ended"}})
    assert [(result.id, result.ok) for result in results] == [(other.id, True)]
    assert {found.id for found in client.records.find(theo.id, "medication")} == {record.id, other.id}
    ended = client.records.find(theo.id, "medication", filters={"medication_status": ["ended"]})
    assert [found.id for found in ended] == [other.id]
    client.records.delete(theo.id, "medication", record.id)
    with pytest.raises(NotFound) as caught:
        client.records.read(theo.id, "medication", record.id)
    assert caught.value.code == "DT_RECORD_NOT_FOUND"


def hours_draft(user: User, **fields) -> WorkHoursDraft:
    days = (DayHours(1, time(9), time(12)), DayHours(1, time(12, 30), time(23, 59)), DayHours(6, None, None))
    return replace(WorkHoursDraft(user.id, date(2027, 5, 3), date(2027, 7, 31), days), **fields)


def plain(days) -> list[tuple]:
    return sorted((day.day, str(day.start), str(day.end)) for day in days)


def test_work_hours_live(client):
    ada = a_user(client)
    draft = hours_draft(ada)

    record = client.hours.create(draft)
    found = client.hours.find([ada.id], WEEK)

    assert found.rows == (record,)
    assert (record.first, record.last, record.type, record.rule) == (
        draft.first,
        draft.last,
        "WORKING_HOURS",
        "DEFAULT",
    )
    assert plain(record.days) == plain(draft.days)
    ended = client.hours.replace(
        record.id, hours_draft(ada, last=date(2027, 5, 5), days=(DayHours(2, time(8), time(9)),))
    )
    assert (ended.id, ended.last, plain(ended.days)) == (record.id, date(2027, 5, 5), [(2, "08:00:00", "09:00:00")])
    assert client.hours.find([ada.id], Interval(WEEK.end, WEEK.end + timedelta(days=7))).rows == ()


def test_open_ended_overrides_and_availability_come_back(client):
    ada = a_user(client)

    opened = client.hours.create(hours_draft(ada, last=None))
    leave = client.hours.create(hours_draft(ada, rule=RuleType.OVERRIDE, name="PTO", days=(DayHours(1, None, None),)))
    narrow = client.hours.create(hours_draft(ada, type=HoursType.AVAILABILITY, encounters=("intake",)))

    assert opened.last is None
    assert (leave.is_override, leave.name, plain(leave.days)) == (True, "PTO", [(1, "None", "None")])
    assert (narrow.type, narrow.encounters) == ("AVAILABILITY", ("intake",))
    assert {record.id for record in client.hours.find([ada.id], WEEK)} == {opened.id, leave.id, narrow.id}


def test_hours_of_nobody_known_are_not_found_or_refused(client):
    with pytest.raises((NotFound, Refused)):
        client.hours.create(hours_draft(replace(a_user(client), id=uuid4())))


def test_an_event_lives(client):
    ada, theo = a_user(client), a_patient(client)

    visit = a_visit(client, ada, theo, external_id="daybook-1", additional={"location": "Room 3"})

    assert client.events.read(visit.id) == client.events.read_by_external_id("daybook-1") == visit
    assert (visit.when, visit.status, visit.type, visit.mode, visit.color) == (
        TEN,
        "SCHEDULED",
        "APPOINTMENT",
        "IN-PERSON",
        "green",
    )
    assert [(person.name, person.role, person.answer) for person in visit.participants] == [
        ("Ada Quill", "psm", ""),
        ("Theo Marsh", "patient", ""),
    ]
    assert (visit.detail("location"), visit.timezone) == ("Room 3", "America/New_York")
    with pytest.raises(NotFound):
        client.events.read(uuid4())
    with pytest.raises(NotFound):
        client.events.read_by_external_id("daybook-2")


def test_a_taken_external_id_is_refused(client):
    ada = a_user(client)
    a_visit(client, ada, external_id="daybook-1")

    with pytest.raises(Refused) as caught:
        a_visit(client, ada, external_id="daybook-1")

    assert list(caught.value.details) == ["externalId"]


def test_an_event_is_moved_and_keeps_the_rest(client):
    ada, theo = a_user(client), a_patient(client)
    visit = a_visit(client, ada, theo)
    later = TEN.shifted(timedelta(hours=3))

    moved = client.events.change(visit.id, EventChange(when=later))

    assert (moved.when, moved.title, moved.status, moved.participants) == (
        later,
        "Wound check",
        "SCHEDULED",
        visit.participants,
    )


def test_an_answer_is_recorded_and_set_back(client):
    ada, theo = a_user(client), a_patient(client)
    visit = a_visit(client, ada, theo)

    answered = client.events.answer(visit.id, theo.id, Answer.MAYBE)
    reset = tuple(replace(person, answer=Answer.NONE, attended=True) for person in answered.participants)
    changed = client.events.change(visit.id, EventChange(participants=reset))

    assert [person.answer for person in answered.participants] == ["", "Maybe"]
    assert [(person.id, person.answer, person.attended) for person in changed.participants] == [
        (person.id, "", True) for person in visit.participants
    ]
    with pytest.raises(NotFound):
        client.events.answer(visit.id, uuid4(), Answer.YES)


def test_a_cancelled_event_hides(client):
    ada = a_user(client)
    visit = a_visit(client, ada)

    cancelled = client.events.cancel(visit.id)

    assert (cancelled.status, cancelled.live) == ("CANCELLED", False)
    assert client.events.find(WEEK, participant_ids=[ada.id]).rows == ()
    found = client.events.find(WEEK, participant_ids=[ada.id], include_cancelled=True)
    assert [event.id for event in found] == [visit.id]


def test_a_future_event_is_deleted_and_a_past_one_cancelled(client):
    ada = a_user(client)
    ahead = a_visit(
        client, ada, when=Interval(datetime(2199, 1, 1, 9, tzinfo=UTC), datetime(2199, 1, 1, 10, tzinfo=UTC))
    )
    past = a_visit(
        client, ada, when=Interval(datetime(2020, 1, 1, 9, tzinfo=UTC), datetime(2020, 1, 1, 10, tzinfo=UTC))
    )

    client.events.delete(ahead.id)
    client.events.delete(past.id)

    with pytest.raises(NotFound):
        client.events.read(ahead.id)
    assert client.events.read(past.id).known_status is EventStatus.CANCELLED


def test_an_event_is_replaced(client):
    ada, theo = a_user(client), a_patient(client)
    visit = a_visit(client, ada, theo, additional={"location": "Room 3"})

    replaced = client.events.replace(
        visit.id, NewEvent(TEN, ada.id, tuple(visit.participants), title="Review", timezone=ada.timezone)
    )

    assert (replaced.id, replaced.title, replaced.detail("location")) == (visit.id, "Review", "")
    assert [person.id for person in replaced.participants] == [person.id for person in visit.participants]


BAD_EVENTS = [
    ("host takes no part", lambda user, patient: NewEvent(TEN, user.id, (Participant(patient.id, "patient"),))),
    ("unknown host", lambda _user, _patient: NewEvent(TEN, (stranger := uuid4()), (Participant(stranger, "psm"),))),
    ("unknown mode", lambda user, _patient: NewEvent(TEN, user.id, (Participant(user.id, "psm"),), mode="TELEPATHY")),
]


@pytest.mark.parametrize("draft", [row[1] for row in BAD_EVENTS], ids=[row[0] for row in BAD_EVENTS])
def test_a_bad_event_is_refused_and_says_which_field(client, draft):
    with pytest.raises(Refused) as caught:
        client.events.create(draft(a_user(client), a_patient(client)))

    assert (caught.value.status, caught.value.code) == (400, "VALIDATION_ERROR")
    assert len(caught.value.details) > 0


@pytest.mark.parametrize("limit", [1, 3, 1000])
def test_every_event_comes_once_whatever_page_is_granted(make_tenant, limit):
    with connect(make_tenant(pageLimit=limit)) as client:
        ada, theo = a_user(client), a_patient(client)
        visits = [a_visit(client, ada, theo, TEN.shifted(timedelta(minutes=15 * step))) for step in range(7)]

        found = client.events.find(WEEK, participant_ids=[ada.id, theo.id])

    assert [event.id for event in found] == [visit.id for visit in visits]
    assert (found.total, found.sure) == (7, True)


def test_a_week_is_found_by_overlap_and_by_type(client):
    ada, ben = a_user(client), a_user(client, "ben.ives")
    inside = a_visit(client, ada)
    across = a_visit(client, ada, when=Interval(WEEK.start - timedelta(hours=1), WEEK.start + timedelta(hours=1)))
    leave = a_visit(client, ada, when=Interval(TEN.end, TEN.end + timedelta(hours=1)), type="LEAVE")
    a_visit(client, ada, when=Interval(WEEK.start - timedelta(hours=1), WEEK.start))
    a_visit(client, ben)

    found = client.events.find(WEEK, participant_ids=[ada.id])

    assert [event.id for event in found] == [across.id, inside.id, leave.id]
    assert [event.id for event in client.events.find(WEEK, participant_ids=[ada.id], type="LEAVE")] == [leave.id]
    assert len(client.events.find(WEEK)) == 4


def test_schedules_and_summary_of_a_week(client):
    ada, ben = a_user(client), a_user(client, "ben.ives")
    client.hours.create(hours_draft(ada, days=(DayHours(2, time(9), time(13)),)))
    visit = a_visit(client, ada)

    for read in (client.schedules.find, client.schedules.available, client.schedules.full):
        rows = {row.clinician_id: row for row in read([ada.id, ben.id], WEEK)}
        assert ([event.id for event in rows[ada.id].events], rows[ben.id].events) == ([visit.id], ())
        assert (len(rows[ada.id].hours), rows[ada.id].events[0].occupies(ada.id)) == (1, True)
    summary = {row.clinician_id: row for row in client.schedules.summary([ada.id, ben.id], WEEK)}
    assert (summary[ada.id].working_hours.value, summary[ada.id].event_hours.value) == (4.0, 1.0)
    assert (summary[ada.id].occupancy.text, summary[ben.id].occupancy.value) == ("25.0%", 0.0)


SIGN_IN = [
    ("wrong secret", {"secret": "wrong"}, BadCredentials),
    ("unknown client", {"client": "NOBODY"}, BadCredentials),
    ("dead address", {"url": "http://127.0.0.1:9"}, Unreachable),
    ("another path", {"tenant": "no-such-tenant"}, (BadCredentials, UnknownTenant)),
]


@pytest.mark.parametrize(("changes", "error"), [row[1:] for row in SIGN_IN], ids=[row[0] for row in SIGN_IN])
def test_each_way_to_fail_has_its_error(sandbox, changes, error):
    with connect(sandbox, **changes) as client, pytest.raises(error):
        client.check()


def test_an_unknown_instance_is_told_from_a_missing_row(sandbox):
    with connect(sandbox, instance="nowhere") as client, pytest.raises(UnknownInstance):
        client.events.find(WEEK)


def test_a_client_that_is_switched_off_is_refused(make_tenant):
    with connect(make_tenant(enabled=False)) as client, pytest.raises(BadCredentials):
        client.check()


def test_a_token_that_ended_is_replaced_unnoticed(make_tenant):
    calls: list[Call] = []
    place = make_tenant(tokenLifetime=1)
    credentials = Credentials(place.url, place.tenant, place.instance, place.client, place.secret)
    stopped = Runtime(clock=lambda: 0.0)  # so the client never renews by itself, and learns of the end by a 401

    with Client(credentials, policy=PATIENT, observe=calls.append, runtime=stopped) as client:
        while [call.status for call in calls].count(401) == 0 and len(calls) < 5000:
            client.users.find()

    assert [(call.method, call.status) for call in calls[-3:]] == [("GET", 401), ("POST", 200), ("GET", 200)]


def test_tenants_do_not_see_each_other(sandbox, make_tenant):
    with connect(sandbox) as client, connect(make_tenant()) as other:
        ada = a_user(client)
        with pytest.raises(WelkinError) as caught:
            other.users.read(ada.id)

    assert type(caught.value) is NotFound
