"""Rows as the API sends them, with plain defaults."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from scheduling.domain.interval import Interval

ADA = UUID("3f0c1f2e-8a51-4c0e-9d0b-6a1f5d2c7e10")
THEO = UUID("c0a8f6a4-2f6d-4b1b-9d5e-0c9b7e6a5d43")
VISIT = UUID("aa0d3f52-7c1e-4b9a-8f60-1e2d3c4b5a69")
RECORD = UUID("51d0c9b8-a7f6-4e5d-8c4b-3a2918070605")
DAY = Interval(datetime(2027, 5, 4, tzinfo=UTC), datetime(2027, 5, 5, tzinfo=UTC))
HOUR = Interval(datetime(2027, 5, 4, 14, tzinfo=UTC), datetime(2027, 5, 4, 15, tzinfo=UTC))


def participant_row(**fields: Any) -> dict[str, Any]:
    return {
        "id": "6f5e4d3c-2b1a-4098-8776-655443322110",
        "participantId": str(ADA),
        "participantRole": "psm",
        "participationStatus": "",
        "attended": False,
    } | fields


def event_row(**fields: Any) -> dict[str, Any]:
    return {
        "id": str(VISIT),
        "startDateTime": "2027-05-04T14:00:00.000Z",
        "endDateTime": "2027-05-04T15:00:00.000Z",
        "eventType": "APPOINTMENT",
        "eventStatus": "SCHEDULED",
        "eventMode": "IN-PERSON",
        "hostId": str(ADA),
        "participants": [participant_row()],
    } | fields


def hours_row(**fields: Any) -> dict[str, Any]:
    return {
        "workHoursId": str(RECORD),
        "name": None,
        "type": "WORKING_HOURS",
        "ruleType": "DEFAULT",
        "startDateTime": "2027-05-03T00:00:00.000Z",
        "endDateTime": "2027-07-31T23:59:59.999Z",
        "daysInfo": [{"day": 1, "startTime": "09:00:00", "endTime": "17:00:00"}],
    } | fields


def user_row(**fields: Any) -> dict[str, Any]:
    return {"id": str(ADA), "username": "ada.quill", "email": "ada@harbor.example", "userState": "ACTIVE"} | fields


def spring_page(rows: list[Any], **fields: Any) -> dict[str, Any]:
    return {
        "content": rows,
        "last": True,
        "totalElements": len(rows),
        "totalPages": 1,
        "number": 0,
        "size": 1000,
    } | fields


def meta_page(rows: list[Any], **fields: Any) -> dict[str, Any]:
    return {
        "data": rows,
        "metaInfo": {"page": 0, "pageSize": 1000, "totalElements": len(rows), "lastPage": True} | fields,
    }
