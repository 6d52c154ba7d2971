"""One method for each endpoint of the reference: what it sends, and where to."""

import json
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from scheduling.domain.event import Answer, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.work_hours import DayHours
from scheduling.welkin import (
    Client,
    EventChange,
    NewEvent,
    NewPatient,
    NewUser,
    PatientChange,
    PatientKey,
    Policy,
    UserChange,
    WorkHoursDraft,
)
from scheduling.welkin.errors import Unknown

from .conftest import EVENTS_URL, HOURS_URL, PATIENTS_URL, ROOT, USERS_URL, credentials, sent
from .factories import ADA, DAY, HOUR, RECORD, THEO, VISIT, event_row, hours_row, meta_page, spring_page, user_row

CLINIC = f"{ROOT}/harbor/clinic"
ADMIN = f"{ROOT}/harbor/admin"
USER = user_row()
PATIENT = {"id": str(THEO), "firstName": "Theo", "lastName": "Marsh"}
CDT = {"id": str(RECORD), "patientId": str(THEO), "cdtName": "medication", "version": 1, "jsonBody": {"dose": "2"}}
VISIT_DRAFT = NewEvent(when=HOUR, host_id=ADA, participants=(Participant(ADA, "psm"),))
HOURS_DRAFT = WorkHoursDraft(ADA, date(2027, 5, 3), date(2027, 7, 31), (DayHours(1, time(9), time(17)),))
SUMMARY = {
    "startDateTime": "2027-05-04T00:00:00.000Z",
    "endDateTime": "2027-05-05T00:00:00.000Z",
    "summary": [
        {
            "psmId": str(ADA),
            "totalCreatedEvents": 5,
            "totalOccurredEvents": 2,
            "totalFutureEvents": 2,
            "eventStatusCount": {"SCHEDULED": 4, "CANCELLED": 1},
            "totalWorkingHours": "16.0 hours",
            "totalEventHours": "6.0 hours",
            "occupancy": "37.5%",
        }
    ],
}
WINDOW = "from=2027-05-04T00%3A00%3A00.000Z&to=2027-05-05T00%3A00%3A00.000Z"
WIDER = "from=2027-05-03T00%3A00%3A00.000Z&to=2027-05-06T00%3A00%3A00.000Z"
PAGE = "page=0&size=1000&sort="
SCHEDULE = [{"psmId": str(ADA), "workHours": [], "events": []}]

# name, call, request, answer
ENDPOINTS = [
    ("user create", lambda c: c.users.create(NewUser("ada", "a@b.example")), f"POST {ADMIN}/users", 201, USER),
    ("user read", lambda c: c.users.read(ADA), f"GET {ADMIN}/users/{ADA}?type=ID", 200, USER),
    ("user by name", lambda c: c.users.read_by_name("ada.quill"), f"GET {ADMIN}/users/ada.quill", 200, USER),
    (
        "user search",
        lambda c: c.users.find(search="ada", state="ACTIVE", include_deleted=True, seat_assigned=False, ids=[ADA]),
        f"GET {ADMIN}/users?search=ada&userState=ACTIVE&seatAssigned=false&includeDeleted=true&ids={ADA}"
        f"&{PAGE}createdAt%2Casc",
        200,
        meta_page([USER]),
    ),
    (
        "users of a region",
        lambda c: c.users.find(region="east", territories=["Maryland", "New York"]),
        f"GET {CLINIC}/users?region=east&territories=Maryland%2CNew%20York&{PAGE}createdAt%2Casc",
        200,
        meta_page([USER]),
    ),
    ("user patch", lambda c: c.users.change("ada", UserChange(locale="en")), f"PATCH {ADMIN}/users/ada", 200, USER),
    ("user put", lambda c: c.users.replace("ada", NewUser("ada", "a@b")), f"PUT {ADMIN}/users/ada", 200, USER),
    ("user delete", lambda c: c.users.delete(ADA), f"DELETE {ADMIN}/users/{ADA}?type=ID", 204, None),
    ("user delete by name", lambda c: c.users.delete_by_name("ada"), f"DELETE {ADMIN}/users/ada", 204, None),
    (
        "patients",
        lambda c: c.patients.find(query="O'Hara, Zoë", timezone="US/Eastern"),
        f"GET {CLINIC}/patients?query=O%27Hara%2C%20Zo%C3%AB&timezone=US%2FEastern&{PAGE}createdAt%2Casc",
        200,
        spring_page([PATIENT]),
    ),
    (
        "patients by filter",
        lambda c: c.patients.by_filter(),
        f"POST {CLINIC}/by-filter/patients?{PAGE}createdAt%2Casc",
        200,
        spring_page([PATIENT]),
    ),
    ("patient create", lambda c: c.patients.create(NewPatient("T", "M")), f"POST {CLINIC}/patients", 201, PATIENT),
    ("patient read", lambda c: c.patients.read(THEO), f"GET {CLINIC}/patients/{THEO}", 200, PATIENT),
    (
        "patient by mrn",
        lambda c: c.patients.read_by(PatientKey.MRN, "A 7"),
        f"GET {CLINIC}/patients/A%207?type=MRN",
        200,
        PATIENT,
    ),
    (
        "patient patch",
        lambda c: c.patients.change(THEO, PatientChange(phone="+1")),
        f"PATCH {CLINIC}/patients/{THEO}",
        200,
        PATIENT,
    ),
    ("patient delete", lambda c: c.patients.delete(THEO), f"DELETE {CLINIC}/patients/{THEO}", 204, None),
    (
        "record create",
        lambda c: c.records.create(THEO, "medication", {"dose": "2"}),
        f"POST {CLINIC}/patients/{THEO}/cdts/medication",
        201,
        CDT,
    ),
    (
        "record read",
        lambda c: c.records.read(THEO, "medication", RECORD),
        f"GET {CLINIC}/patients/{THEO}/cdts/medication/{RECORD}",
        200,
        CDT,
    ),
    (
        "record patch",
        lambda c: c.records.change(THEO, "medication", RECORD, {"dose": "3"}),
        f"PATCH {CLINIC}/patients/{THEO}/cdts/medication/{RECORD}",
        200,
        CDT,
    ),
    (
        "records bulk",
        lambda c: c.records.change_many(THEO, "medication", {RECORD: {"dose": "3"}}),
        f"PATCH {CLINIC}/patients/{THEO}/cdts/medication",
        200,
        {"rows": [{"id": str(RECORD), "jsonBody": {}, "result": {"status": "OK", "content": None}}]},
    ),
    (
        "records find",
        lambda c: c.records.find(
            THEO, "medication", fields=["a", "b"], filters={"dose": ["1", "2"], "x": ["y"]}, created_from=DAY.start
        ),
        f"GET {CLINIC}/patients/{THEO}/cdts/medication?fields=a%2Cb&dateStart=2027-05-04T00%3A00%3A00.000Z"
        f"&filters=dose%3D1%2C2&filters=x%3Dy&{PAGE}created_at%2Casc",
        200,
        {"name": "medication", "data": spring_page([CDT])},
    ),
    (
        "record delete",
        lambda c: c.records.delete(THEO, "medication", RECORD),
        f"DELETE {CLINIC}/patients/{THEO}/cdts/medication/{RECORD}",
        200,
        None,
    ),
    (
        "hours create",
        lambda c: c.hours.create(HOURS_DRAFT),
        f"POST {HOURS_URL}",
        201,
        {"psmId": str(ADA), "details": [hours_row()]},
    ),
    (
        "hours find",
        lambda c: c.hours.find([THEO, ADA], DAY, viewer_timezone="US/Eastern"),
        f"GET {HOURS_URL}?psmIds={ADA}%2C{THEO}&{WIDER}&viewerTimezone=US%2FEastern",
        200,
        [{"psmId": str(ADA), "details": [hours_row()]}],
    ),
    (
        "hours put",
        lambda c: c.hours.replace(RECORD, HOURS_DRAFT),
        f"PUT {HOURS_URL}/{RECORD}",
        200,
        {"psmId": str(ADA), "details": [hours_row()]},
    ),
    (
        "event create",
        lambda c: c.events.create(VISIT_DRAFT, viewer_timezone="US/Eastern"),
        f"POST {EVENTS_URL}?viewerTimezone=US%2FEastern",
        201,
        event_row(),
    ),
    ("event read", lambda c: c.events.read(VISIT), f"GET {EVENTS_URL}/{VISIT}", 200, event_row()),
    (
        "event by external id",
        lambda c: c.events.read_by_external_id("daybook/1"),
        f"GET {EVENTS_URL}/daybook%2F1?type=EXTERNAL_ID",
        200,
        event_row(),
    ),
    (
        "events find",
        lambda c: c.events.find(
            DAY,
            participant_ids=[THEO, ADA],
            type="LEAVE",
            include_cancelled=True,
            include_encounter_info=True,
            exclude_encounter_events=True,
        ),
        f"GET {EVENTS_URL}?{WINDOW}&participantIds={ADA}%2C{THEO}&includeCancelled=true&eventType=LEAVE"
        f"&includeEncounterInfo=true&excludeAssignedToEncounterEvents=true&{PAGE}startDateTime%2Casc",
        200,
        spring_page([event_row()]),
    ),
    (
        "event patch",
        lambda c: c.events.change(VISIT, EventChange(title="x")),
        f"PATCH {EVENTS_URL}/{VISIT}",
        200,
        event_row(),
    ),
    ("event put", lambda c: c.events.replace(VISIT, VISIT_DRAFT), f"PUT {EVENTS_URL}/{VISIT}", 200, event_row()),
    ("event cancel", lambda c: c.events.cancel(VISIT), f"PATCH {EVENTS_URL}/{VISIT}", 200, event_row()),
    ("event delete", lambda c: c.events.delete(VISIT), f"DELETE {EVENTS_URL}/{VISIT}", 204, None),
    (
        "invitation response",
        lambda c: c.events.answer(VISIT, ADA, Answer.MAYBE),
        f"PUT {EVENTS_URL}/{VISIT}/invitation-response",
        200,
        event_row(),
    ),
    (
        "schedules",
        lambda c: c.schedules.find([ADA], DAY),
        f"GET {CLINIC}/calendar/psm-schedules?psmIds={ADA}&{WINDOW}",
        200,
        SCHEDULE,
    ),
    (
        "available schedules",
        lambda c: c.schedules.available([ADA], DAY),
        f"GET {CLINIC}/calendar/available-psm-schedules?psmIds={ADA}&{WINDOW}",
        200,
        SCHEDULE,
    ),
    (
        "full schedules",
        lambda c: c.schedules.full([ADA], DAY),
        f"GET {CLINIC}/calendar/full-psm-schedules?psmIds={ADA}&{WINDOW}",
        200,
        SCHEDULE,
    ),
    (
        "summary",
        lambda c: c.schedules.summary([ADA], DAY),
        f"GET {CLINIC}/calendar/psm-event-summary?psmIds={ADA}&{WINDOW}",
        200,
        SUMMARY,
    ),
]


@pytest.mark.parametrize(
    ("call", "request_line", "status", "body"), [row[1:] for row in ENDPOINTS], ids=[row[0] for row in ENDPOINTS]
)
def test_each_endpoint_sends_one_request(client, api, call, request_line, status, body):
    method, url = request_line.split()
    api.add(method, url.partition("?")[0], status=status, **({"body": b""} if body is None else {"json": body}))

    call(client)

    assert sent(api) == [request_line]


def body_of(api) -> dict:
    return json.loads(api.calls[-1].request.body)


def test_a_cancel_and_an_answer_say_no_more_than_that(client, api):
    api.add("PATCH", f"{EVENTS_URL}/{VISIT}", json=event_row())
    api.add("PUT", f"{EVENTS_URL}/{VISIT}/invitation-response", json=event_row())

    client.events.cancel(VISIT)
    assert body_of(api) == {"eventStatus": "CANCELLED"}
    client.events.answer(VISIT, ADA, Answer.NO)
    assert body_of(api) == {"participantId": str(ADA), "participationStatus": "No"}


def test_an_answer_without_a_body_is_looked_up(client, api):
    api.add("PUT", f"{EVENTS_URL}/{VISIT}/invitation-response", status=204)
    api.add("GET", f"{EVENTS_URL}/{VISIT}", json=event_row())

    assert client.events.answer(VISIT, ADA, Answer.YES).id == VISIT


def test_an_answer_that_cannot_be_looked_up_is_unknown_and_never_unsent(client, api):
    api.add("PUT", f"{EVENTS_URL}/{VISIT}/invitation-response", status=204)
    api.add("GET", f"{EVENTS_URL}/{VISIT}", status=404)

    with pytest.raises(Unknown):
        client.events.answer(VISIT, ADA, Answer.YES)


ECHO = {"psmId": str(ADA), "startDateTime": "2027-05-03T00:00:00.000Z", "daysInfo": []}


def test_new_hours_that_are_only_echoed_are_looked_up(client, api):
    other = hours_row(workHoursId=str(VISIT), endDateTime=None)
    api.add("POST", HOURS_URL, status=201, json=ECHO)
    api.add("GET", HOURS_URL, json=[{"psmId": str(ADA), "details": [other, hours_row()]}])

    assert client.hours.create(HOURS_DRAFT).id == RECORD


def test_new_hours_that_cannot_be_found_have_an_unknown_outcome(client, api):
    api.add("POST", HOURS_URL, status=201, json=ECHO)
    api.add("GET", HOURS_URL, json=[])

    with pytest.raises(Unknown):
        client.hours.create(HOURS_DRAFT)


@pytest.mark.parametrize("reread", [{"json": []}, {"status": 403}], ids=["absent", "closed"])
def test_replaced_hours_that_are_only_echoed_are_as_they_were_written(client, api, reread):
    api.add("PUT", f"{HOURS_URL}/{RECORD}", json=ECHO)
    api.add("GET", HOURS_URL, **reread)

    hours = client.hours.replace(RECORD, HOURS_DRAFT)

    assert (hours.id, hours.days, hours.last) == (RECORD, HOURS_DRAFT.days, date(2027, 7, 31))


def test_hours_of_people_nobody_asked_for_are_dropped(client, api):
    api.add("GET", HOURS_URL, json=[{"psmId": str(person), "details": [hours_row()]} for person in (ADA, THEO)])

    found = client.hours.find([THEO], DAY)

    assert ([record.clinician_id for record in found], found.sure) == ([THEO], True)


def test_hours_with_bad_rows_are_counted(client, api):
    days = [{"psmId": "x", "details": []}, {"psmId": str(ADA), "details": [hours_row(), 7]}, None]
    api.add("GET", HOURS_URL, json=days)

    found = client.hours.find([ADA], DAY)

    closed = [record for record in found if record.is_override]
    assert (len(found), found.unreadable) == (2, 3)
    assert [(record.first, record.last, record.days) for record in closed] == [(date(2027, 5, 3), date(2027, 5, 6), ())]


def test_a_missing_schedule_is_no_empty_one(client, api):
    api.add("GET", f"{CLINIC}/calendar/psm-schedules", json=SCHEDULE)

    found = client.schedules.find([ADA, THEO], DAY)

    assert ([row.clinician_id for row in found], found.complete, found.total) == ([ADA], False, 2)


def test_the_summary_is_read(client, api):
    api.add("GET", f"{CLINIC}/calendar/psm-event-summary", json=SUMMARY)

    row = client.schedules.summary([ADA], DAY).rows[0]

    assert (row.created, row.occurred, row.future, dict(row.by_status)) == (5, 2, 2, {"SCHEDULED": 4, "CANCELLED": 1})
    assert (row.working_hours.value, row.event_hours.text, row.occupancy.value) == (16.0, "6.0 hours", 37.5)


def test_bulk_results_say_which_rows_failed(client, api):
    rows = [
        {"id": str(RECORD), "jsonBody": {"dose": "3"}, "result": {"status": "OK", "content": None}},
        {"id": str(VISIT), "jsonBody": None, "result": {"status": "FAILED"}},
    ]
    api.add("PATCH", f"{PATIENTS_URL}/{THEO}/cdts/medication", json={"rows": rows})

    results = client.records.change_many(THEO, "medication", {RECORD: {}, VISIT: {}})

    assert [(result.id, result.ok) for result in results] == [(RECORD, True), (VISIT, False)]


def test_events_come_by_start(client, api):
    late = event_row(id=str(UUID(int=1)), startDateTime="2027-05-04T14:30:00.000Z")
    api.add("GET", EVENTS_URL, json=spring_page([late, event_row()]))

    assert [event.id for event in client.events.find(DAY)] == [VISIT, UUID(int=1)]


def test_a_window_of_one_moment_more_than_62_days_is_asked_for_in_two_parts(client, api):
    api.add("GET", EVENTS_URL, json=spring_page([]))
    start = datetime(2027, 1, 1, tzinfo=UTC)

    client.events.find(Interval(start, datetime(2027, 3, 4, tzinfo=UTC)))
    assert len(sent(api)) == 1
    client.events.find(Interval(start, datetime(2027, 3, 4, 0, 0, 1, tzinfo=UTC)))
    assert len(sent(api)) == 3


def test_observe_knows_on_whose_behalf_pages_are_fetched(api, time):
    page = ContextVar("page", default="nobody")
    seen = []
    api.add("GET", EVENTS_URL, json=spring_page([]))

    policy, watcher = Policy(ids_per_query=1), lambda call: seen.append((page.get(), call.route.rsplit("/", 1)[-1]))
    with Client(credentials(), policy=policy, observe=watcher, runtime=time.runtime()) as client:
        client.check()
        page.set("week")
        client.events.find(DAY, participant_ids=[ADA, THEO])

    assert seen[1:] == [("week", "events"), ("week", "events")]


def test_users_url_is_tenant_wide(client, api):
    api.add("GET", USERS_URL, json=meta_page([]))

    assert client.users.find().rows == ()
