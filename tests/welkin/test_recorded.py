"""Every recorded answer of the live service can be read, or is the error it should be."""

import json
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from scheduling.domain.interval import Interval
from scheduling.domain.work_hours import DayHours
from scheduling.welkin.errors import Forbidden, NotFound, Refused
from scheduling.welkin.failures import Reply, failure_of
from scheduling.welkin.request import Request
from scheduling.welkin.wire import calendar, hours, pages, people, records, schedules

from .conftest import RECORDED, recorded

SINGLE = [
    ("user_create", people.read_user),
    ("user_read", people.read_user),
    ("user_patch", people.read_user),
    ("patient_create", people.read_patient),
    ("patient_read", people.read_patient),
    ("patient_patch", people.read_patient),
    ("event_create", calendar.read_event),
    ("event_read", calendar.read_event),
    ("event_patch", calendar.read_event),
    ("event_delete_past", calendar.read_event),
    ("cdt_create", records.read_record),
    ("cdt_read", records.read_record),
    ("cdt_patch", records.read_record),
    ("cdt_delete", records.read_record),
]
LISTS = [
    ("users_list", pages.meta, people.scan_user, 6),
    ("patients_list", pages.spring, people.scan_patient, 5),
    ("events_find", pages.spring, calendar.scan_event, 2),
    ("work_hours_read", pages.array, lambda row: (hours.scan_owner(row), True), 6),
    ("psm_schedules", pages.array, lambda row: schedules.scan_schedule(row, ()), 1),
]
FAILED = [
    ("error_not_found", NotFound, "USER_NOT_FOUND", "User doesn't exist"),
    ("error_empty_body", Refused, "", ""),
    ("cdt_delete", NotFound, "DT_RECORD_NOT_FOUND", "DT record not found"),
    (
        "patient_delete_forbidden",
        Forbidden,
        "ACCESS_FOR_API_CLIENT_RESTRICTED",
        "Access to this API is restricted for the APIClient",
    ),
    (
        "user_delete_forbidden",
        Forbidden,
        "ACCESS_FOR_API_CLIENT_RESTRICTED",
        "Access to this API is restricted for the APIClient",
    ),
]


@pytest.mark.parametrize(("name", "decode"), SINGLE, ids=[name for name, _ in SINGLE])
def test_single_answers_are_read(name, decode):
    bodies = [
        exchange["response"]["body"] for exchange in recorded(name) if exchange["response"]["status"] in (200, 201)
    ]

    ids = [decode(body).id for body in bodies if body != ""]

    assert ids == [UUID(body["id"]) for body in bodies if body != ""]


@pytest.mark.parametrize(("name", "envelope", "scan", "count"), LISTS, ids=[row[0] for row in LISTS])
def test_lists_are_read_whole(name, envelope, scan, count):
    page = envelope(recorded(name)[0]["response"]["body"])

    scanned = [scan(row) for row in page.rows]

    assert len(scanned) == count
    assert all(row is not None for row, _ in scanned)
    assert {bool(whole) for _, whole in scanned} == {name != "psm_schedules"}  # there it counts bad rows: none


@pytest.mark.parametrize(("name", "kind", "code", "message"), FAILED, ids=[row[0] for row in FAILED])
def test_error_answers_are_the_right_error(name, kind, code, message):
    exchange = recorded(name)[-1]
    body = exchange["response"]["body"]
    reply = Reply(exchange["response"]["status"], None, json.dumps(body).encode() if body else b"")

    failure = failure_of(Request(exchange["request"]["method"], "/x"), reply, wall=0, limit=60)

    assert (type(failure), failure.code, failure.message) == (kind, code, message)


def test_every_recorded_file_is_covered():
    covered = {row[0] for row in (*SINGLE, *LISTS, *FAILED)} | {"token"}

    assert covered == {path.stem for path in RECORDED.glob("*.json")}


def test_events_keep_null_words_and_mixed_case():
    created = calendar.read_event(recorded("event_create")[0]["response"]["body"])
    patched = calendar.read_event(recorded("event_patch")[1]["response"]["body"])

    assert (created.type, created.status, created.mode, created.timezone) == (None, None, None, None)
    assert created.when == Interval(
        datetime(2022, 6, 30, 17, 59, 47, 790000, UTC), datetime(2022, 6, 30, 18, 59, 47, 790000, UTC)
    )
    assert (patched.status, patched.timezone, patched.title) == ("Scheduled", "US/Pacific", "Review")


def test_users_without_optional_keys_are_read():
    user = people.read_user(recorded("user_read")[0]["response"]["body"])

    assert (user.username, user.name, user.timezone, user.state, user.enabled) == (
        "otispike62",
        "otispike62",
        None,
        "INACTIVE",
        False,
    )


def test_care_team_begins_with_the_point_of_contact():
    page = pages.spring(recorded("patients_list")[0]["response"]["body"])
    teams = [people.read_patient(row).care_team for row in page.rows]

    assert [team for team in teams if team] == [
        (UUID("44438749-89b2-5bf6-9bf7-5321c790229a"), UUID("2f38be27-968c-5db7-874a-f73cd31378bb"))
    ]


def work_hours():
    owners = [hours.scan_owner(row) for row in recorded("work_hours_read")[0]["response"]["body"]]
    return [hours.scan_hours(record, owner, ()) for owner, details in owners for record in details]


def test_work_hours_are_read_whole():
    assert [whole for _, whole in work_hours()] == [True] * 13


def test_work_hours_keep_types_rules_open_ends_and_days_off():
    found = [record for record, _ in work_hours()]
    leave = next(record for record in found if record.name == "PTO")
    opened = next(record for record in found if record.last is None)

    assert sorted({(record.type, record.rule) for record in found}) == [
        ("AVAILABILITY", "DEFAULT"),
        ("WORKING_HOURS", "DEFAULT"),
        ("WORKING_HOURS", "OVERRIDE"),
    ]
    assert (leave.first, leave.last, leave.is_override) == (date(2026, 7, 29), date(2026, 7, 30), True)
    assert [(day.start, day.end) for day in leave.days] == [(None, None)] * len(leave.days)
    assert opened.first == date(2026, 7, 14)
    assert found[1].days[6] == DayHours(5, time(9), time(23, 59), UUID("c98e2e28-37b8-5eb2-b622-a33d6d6865b0"))
    assert {record.encounters for record in found} == {(), ("new-patient-call", "etmp-dermatologist-consult")}


def test_record_fields_come_with_their_system_fields():
    record = records.read_record(recorded("cdt_read")[0]["response"]["body"])

    assert (record.name, record.version, record.fields["cdtf-alone-time"], record.fields["cdtf-unwind"]) == (
        "cdt-self-care",
        9,
        "Yes",
        None,
    )
    assert record.created_at == datetime(2022, 7, 27, 17, 51, 23, 73000, UTC)
