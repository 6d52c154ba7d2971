"""The shapes of answers for the OpenAPI document. Answers are built in `rendering` and only described here."""

from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class Shape(Schema):
    """An answer; further keys may be there."""

    model_config = ConfigDict(extra="allow")


class Error(Shape):
    errorCode: str  # noqa: N815 (the API's own names, here and below)
    componentType: str  # noqa: N815
    message: str
    details: dict[str, Any]


class TokenAnswer(Shape):
    clientName: str  # noqa: N815
    token: str
    enabled: bool


class UserAnswer(Shape):
    id: str
    username: str
    email: str
    enabled: bool
    userState: str  # noqa: N815
    createdAt: str  # noqa: N815
    updatedAt: str  # noqa: N815


class PatientAnswer(Shape):
    id: str
    firstName: str  # noqa: N815
    lastName: str  # noqa: N815
    email: str | None
    birthDate: str | None  # noqa: N815
    timezone: str | None
    careTeam: list[dict[str, Any]]  # noqa: N815


class RecordAnswer(Shape):
    id: str
    patientId: str  # noqa: N815
    cdtId: str  # noqa: N815
    version: int
    cdtName: str  # noqa: N815
    jsonBody: dict[str, Any]  # noqa: N815


class BulkRow(Shape):
    id: str
    jsonBody: dict[str, Any]  # noqa: N815
    result: dict[str, Any]


class BulkAnswer(Shape):
    rows: list[BulkRow]


class HoursAnswer(Shape):
    workHoursId: str  # noqa: N815
    name: str | None
    type: str
    ruleType: str  # noqa: N815
    startDateTime: str  # noqa: N815
    endDateTime: str | None  # noqa: N815
    daysInfo: list[dict[str, Any]]  # noqa: N815


class HoursOfUser(Shape):
    psmId: str  # noqa: N815
    details: list[HoursAnswer]


class EventAnswer(Shape):
    id: str
    startDateTime: str  # noqa: N815
    endDateTime: str  # noqa: N815
    duration: int
    eventType: str | None  # noqa: N815
    eventStatus: str | None  # noqa: N815
    eventMode: str | None  # noqa: N815
    hostId: str  # noqa: N815
    participants: list[dict[str, Any]]


class ScheduleAnswer(Shape):
    psmId: str  # noqa: N815
    workHours: list[HoursAnswer]  # noqa: N815
    events: list[dict[str, Any]]


class SummaryRow(Shape):
    psmId: str  # noqa: N815
    totalCreatedEvents: int  # noqa: N815
    totalOccurredEvents: int  # noqa: N815
    totalFutureEvents: int  # noqa: N815
    eventStatusCount: dict[str, int]  # noqa: N815
    totalWorkingHours: str  # noqa: N815
    totalEventHours: str  # noqa: N815
    occupancy: str


class SummaryAnswer(Shape):
    startDateTime: str  # noqa: N815
    endDateTime: str  # noqa: N815
    summary: list[SummaryRow]


class MetaPage(Shape):
    data: list[UserAnswer]
    metaInfo: dict[str, Any]  # noqa: N815


class SpringPage(Shape):
    content: list[dict[str, Any]]
    pageable: dict[str, Any]
    last: bool
    number: int
    totalElements: int  # noqa: N815


class RecordPage(Shape):
    name: str
    data: SpringPage


class Health(Shape):
    status: str


class NewTenant(Schema):
    """Switches of a tenant made for a test."""

    externalIdUnique: bool = True  # noqa: N815
    externalIdKnown: bool = True  # noqa: N815
    userDelete: str = Field(default="soft", pattern="^(soft|forbidden)$")  # noqa: N815
    tokenLifetime: int = Field(default=3600, ge=1, le=86400)  # noqa: N815
    enabled: bool = True
    pageLimit: int = Field(default=1000, ge=1, le=1000)  # noqa: N815


class TenantAnswer(Schema):
    url: str
    tenant: str
    instance: str
    client: str
    secret: str


Answers = dict[Any, Any]


def answers(status: int, shape: Any, *others: int) -> Answers:
    """`response=` of an operation: its own answer, and the error array for these and the statuses all share."""
    return {status: shape, frozenset({400, 401, 405, 413, 500, *others}): list[Error]}
