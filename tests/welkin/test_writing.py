"""What leaves for the API, to the letter."""

from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from scheduling.domain.event import Answer, EventStatus, EventType, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.work_hours import DayHours, HoursType, RuleType
from scheduling.welkin import (
    EventChange,
    NewEvent,
    NewPatient,
    NewUser,
    ParticipantChange,
    PatientChange,
    UserChange,
    WorkHoursDraft,
)
from scheduling.welkin.wire import fields, writing

from .factories import ADA, HOUR, THEO

ROW = UUID("6f5e4d3c-2b1a-4098-8776-655443322110")


def test_a_new_event_says_everything():
    event = NewEvent(
        when=Interval(
            datetime(2027, 5, 4, 10, tzinfo=ZoneInfo("America/New_York")),
            datetime(2027, 5, 4, 11, tzinfo=ZoneInfo("America/New_York")),
        ),
        host_id=ADA,
        participants=(Participant(ADA, "psm"), Participant(THEO, "patient")),
        title="Wound check",
        timezone="America/New_York",
        external_id="daybook-1",
        additional={"location": "Room 3"},
    )

    assert writing.event_body(event) == {
        "startDateTime": "2027-05-04T14:00:00.000Z",
        "endDateTime": "2027-05-04T15:00:00.000Z",
        "hostId": str(ADA),
        "participants": [
            {"participantId": str(ADA), "participantRole": "psm"},
            {"participantId": str(THEO), "participantRole": "patient"},
        ],
        "eventTitle": "Wound check",
        "eventDescription": "",
        "eventType": "APPOINTMENT",
        "eventStatus": "SCHEDULED",
        "eventMode": "IN-PERSON",
        "eventColor": "green",
        "allDayEvent": False,
        "timezone": "America/New_York",
        "externalId": "daybook-1",
        "additionalInfo": {"location": "Room 3"},
    }


def test_leave_is_grey_and_has_no_external_id_unless_given():
    body = writing.event_body(NewEvent(when=HOUR, host_id=ADA, participants=(), type=EventType.LEAVE))

    assert (body["eventColor"], "externalId" in body) == ("grey", False)


CHANGES = [
    (EventChange(), {}),
    (EventChange(when=HOUR), {"startDateTime": "2027-05-04T14:00:00.000Z", "endDateTime": "2027-05-04T15:00:00.000Z"}),
    (EventChange(status=EventStatus.CANCELLED), {"eventStatus": "CANCELLED"}),
    (EventChange(title=None, mode=None), {"eventTitle": None, "eventMode": None}),
    (EventChange(host_id=THEO), {"hostId": str(THEO)}),
    (EventChange(additional=None), {"additionalInfo": None}),
    (EventChange(additional={"remarks": "x"}), {"additionalInfo": {"remarks": "x"}}),
    (EventChange(all_day=True), {"allDayEvent": True}),
    (
        EventChange(participants=(Participant(ADA, "psm", id=ROW, answer=Answer.YES, attended=True),)),
        {
            "participants": [
                {
                    "participantId": str(ADA),
                    "participantRole": "psm",
                    "id": str(ROW),
                    "participationStatus": "Yes",
                    "attended": True,
                }
            ]
        },
    ),
    (
        EventChange(participants=(Participant(ADA, "psm", id=ROW),)),
        {
            "participants": [
                {
                    "participantId": str(ADA),
                    "participantRole": "psm",
                    "id": str(ROW),
                    "participationStatus": "",
                    "attended": False,
                }
            ]
        },
    ),
    (
        EventChange(
            participants=(
                ParticipantChange(ADA, "psm", id=ROW),
                ParticipantChange(THEO, "patient", attended=False),
                ParticipantChange(ROW, "patient", answer=Answer.NONE),
            )
        ),
        {
            "participants": [
                {"participantId": str(ADA), "participantRole": "psm", "id": str(ROW)},
                {"participantId": str(THEO), "participantRole": "patient", "attended": False},
                {"participantId": str(ROW), "participantRole": "patient", "participationStatus": ""},
            ]
        },
    ),
]


@pytest.mark.parametrize(("change", "body"), CHANGES, ids=[str(list(body)) for _, body in CHANGES])
def test_a_change_says_only_what_was_set(change, body):
    assert writing.event_changes(change) == body


def test_a_user_draft_leaves_out_what_is_empty():
    assert writing.user_body(NewUser("ada.quill", "ada@harbor.example", first_name="Ada", timezone="US/Eastern")) == {
        "username": "ada.quill",
        "email": "ada@harbor.example",
        "firstName": "Ada",
        "timezone": "US/Eastern",
    }


def test_a_user_change_clears_with_none():
    assert writing.user_changes(UserChange(first_name="Hana", phone=None)) == {"firstName": "Hana", "phone": None}


def test_a_patient_draft_has_its_birth_date_at_utc_midnight():
    draft = NewPatient("Theo", "Marsh", birth_date=date(1988, 2, 9), language="SPANISH", care_team=(ADA, THEO))

    assert writing.patient_body(draft) == {
        "firstName": "Theo",
        "lastName": "Marsh",
        "birthDate": "1988-02-09T00:00:00.000Z",
        "primaryLanguage": "SPANISH",
        "careTeam": [{"id": str(ADA), "pointOfContact": True}, {"id": str(THEO), "pointOfContact": False}],
    }


def test_a_patient_change_says_only_what_was_set():
    assert writing.patient_changes(PatientChange(birth_date=None, email="t@mail.example", care_team=())) == {
        "birthDate": None,
        "email": "t@mail.example",
        "careTeam": [],
    }


def test_work_hours_are_borders_at_midnight_and_wall_times():
    draft = WorkHoursDraft(
        ADA,
        date(2027, 5, 3),
        date(2027, 7, 31),
        (DayHours(1, time(9), time(12)), DayHours(1, time(12, 30), time(23, 59)), DayHours(6, None, None)),
    )

    assert writing.hours_body(draft) == {
        "psmId": str(ADA),
        "type": "WORKING_HOURS",
        "ruleType": "DEFAULT",
        "name": None,
        "startDateTime": "2027-05-03T00:00:00.000Z",
        "endDateTime": "2027-07-31T23:59:59.999Z",
        "daysInfo": [
            {"day": 1, "startTime": "09:00:00", "endTime": "12:00:00"},
            {"day": 1, "startTime": "12:30:00", "endTime": "23:59:00"},
            {"day": 6, "startTime": None, "endTime": None},
        ],
    }


def test_open_ended_availability_names_its_encounters():
    draft = WorkHoursDraft(
        ADA, date(2027, 5, 3), None, (), type=HoursType.AVAILABILITY, rule=RuleType.OVERRIDE, encounters=("intake",)
    )

    body = writing.hours_body(draft)

    assert (body["endDateTime"], body["type"], body["ruleType"], body["encounters"]) == (
        None,
        "AVAILABILITY",
        "OVERRIDE",
        ["intake"],
    )


def test_a_time_without_a_zone_is_not_written():
    with pytest.raises(ValueError):
        fields.write_instant(datetime(2027, 5, 4))
