"""The JSON bodies that come in, field for field as in welkin-api 2 to 7."""

import re
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from .fields import Body, Day, Id, Instant, Json, Line, Name, listed, one_of

EVENT_TYPES = ("APPOINTMENT", "GROUP_THERAPY", "LEAVE", "ENCOUNTER")
EVENT_STATUSES = ("SCHEDULED", "CANCELLED", "COMPLETED", "MISSED", "RESCHEDULED")
EVENT_MODES = ("IN-PERSON", "CALL", "VIDEO")
ANSWERS = ("", "Yes", "No", "Maybe")
ROLES = ("psm", "patient")
STATES = ("ACTIVE", "INACTIVE", "PROVISIONED")
HOURS_TYPES = ("WORKING_HOURS", "AVAILABILITY")
RULE_TYPES = ("DEFAULT", "OVERRIDE")

EventType = Annotated[str | None, BeforeValidator(one_of(*EVENT_TYPES)), listed(*EVENT_TYPES)]
EventStatus = Annotated[str | None, BeforeValidator(one_of(*EVENT_STATUSES)), listed(*EVENT_STATUSES)]
EventMode = Annotated[str | None, BeforeValidator(one_of(*EVENT_MODES)), listed(*EVENT_MODES)]
Answer = Annotated[str | None, BeforeValidator(one_of(*ANSWERS)), listed(*ANSWERS)]
GivenAnswer = Annotated[str, BeforeValidator(one_of(*ANSWERS)), listed(*ANSWERS, null=False)]
Role = Annotated[str, BeforeValidator(one_of(*ROLES)), listed(*ROLES, null=False)]
State = Annotated[str | None, BeforeValidator(one_of(*STATES)), listed(*STATES)]
HoursType = Annotated[str | None, BeforeValidator(one_of(*HOURS_TYPES)), listed(*HOURS_TYPES)]
RuleType = Annotated[str | None, BeforeValidator(one_of(*RULE_TYPES)), listed(*RULE_TYPES)]

# PATCH may leave these out, but a null in them is refused: the default is never checked.
ABSENT: Any = None

WALL_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")


class Secret(Body):
    secret: str


class UserChange(Body):
    """The fields of PATCH; POST and PUT need two of them."""

    username: Name = ""
    email: Name = ""
    phone: Line | None = None
    timezone: Line | None = None
    locale: Line | None = None
    first_name: Line | None = Field(None, alias="firstName")
    last_name: Line | None = Field(None, alias="lastName")
    credentials: Line | None = None
    state: State = Field(None, alias="userState")
    enabled: bool | None = None
    roles: list[Json] | None = None
    territories: list[Json] | None = None
    policies: list[Any] | None = None
    seats: list[str] | None = None
    seat_assign_allowed: bool | None = Field(None, alias="seatAssignAllowed")
    allowed_to_receive_calls: bool | None = Field(None, alias="allowedToReceiveCalls")
    terminology_name: Line | None = Field(None, alias="terminologyName")
    sso_access: bool | None = Field(None, alias="ssoAccess")
    password_access: bool | None = Field(None, alias="passwordAccess")
    mfa_enabled: bool | None = Field(None, alias="mfaEnabled")
    custom_user_attributes: Json | None = Field(None, alias="customUserAttributes")


class NewUser(UserChange):
    username: Name
    email: Name


class CareTeamMember(Body):
    id: Id
    point_of_contact: bool | None = Field(None, alias="pointOfContact")


class PatientChange(Body):
    """The fields of PATCH; POST needs the two names."""

    first_name: Name = Field("", alias="firstName")
    last_name: Name = Field("", alias="lastName")
    middle_name: Line | None = Field(None, alias="middleName")
    birth_date: Day | None = Field(None, alias="birthDate")
    gender: Line | None = None
    marital_status: Line | None = Field(None, alias="maritalStatus")
    primary_language: Line | None = Field(None, alias="primaryLanguage")
    secondary_language: Line | None = Field(None, alias="secondaryLanguage")
    email: Line | None = None
    secondary_email: Line | None = Field(None, alias="secondaryEmail")
    phone: Line | None = None
    secondary_phone: Line | None = Field(None, alias="secondaryPhone")
    primary_phone_capabilities: list[str] | None = Field(None, alias="primaryPhoneCapabilities")
    secondary_phone_capabilities: list[str] | None = Field(None, alias="secondaryPhoneCapabilities")
    country: Line | None = None
    state: Line | None = None
    city: Line | None = None
    zip: Line | None = None
    address_line1: Line | None = Field(None, alias="addressLine1")
    address_line2: Line | None = Field(None, alias="addressLine2")
    timezone: Line | None = None
    external_id: Line | None = Field(None, alias="externalId")
    external_guid: Line | None = Field(None, alias="externalGuid")
    mrn: Line | None = None
    nric: Line | None = None
    patient_territories: list[Any] | None = Field(None, alias="patientTerritories")
    patient_programs: list[Json] | None = Field(None, alias="patientPrograms")
    cadence: list[Any] | None = None
    care_team: list[CareTeamMember] | None = Field(None, alias="careTeam")


class NewPatient(PatientChange):
    first_name: Name = Field(alias="firstName")
    last_name: Name = Field(alias="lastName")


class DayInfo(Body):
    """One entry of `daysInfo`; both times null is a day off (welkin-api 6.2)."""

    day: Annotated[int, Field(ge=1, le=7)]
    start: str | None = Field(alias="startTime")
    end: str | None = Field(alias="endTime")

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.start is None and self.end is None:
            return self
        if not all(time and WALL_TIME.fullmatch(time) for time in (self.start, self.end)):
            raise ValueError("times must be HH:MM:SS, or both null")
        if str(self.end) <= str(self.start):
            raise ValueError("endTime must be after startTime")
        return self


class HoursRecord(Body):
    starts_at: Instant = Field(alias="startDateTime")
    ends_at: Instant | None = Field(alias="endDateTime")
    days: Annotated[list[DayInfo], Field(max_length=200)] = Field(alias="daysInfo")
    name: Line | None = None
    type: HoursType = None
    rule_type: RuleType = Field(None, alias="ruleType")
    encounters: list[str] | None = None

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.ends_at is not None and self.ends_at < self.starts_at:
            raise ValueError("endDateTime must not lie before startDateTime")
        return self


class HoursBody(Body):
    """One record with its fields beside `psmId`, as the reference lists them, or several below `details`, as read."""

    user_id: Id = Field(alias="psmId")
    details: Annotated[list[HoursRecord], Field(min_length=1, max_length=200)]

    @model_validator(mode="before")
    @classmethod
    def one_record_alone(cls, sent: Any) -> Any:
        if isinstance(sent, dict) and "details" not in sent:
            return {"psmId": sent.get("psmId"), "details": [sent]}
        return sent


class ParticipantBody(Body):
    person_id: Id = Field(alias="participantId")
    role: Role = Field(alias="participantRole")
    id: Id | None = None
    status: Answer = Field(None, alias="participationStatus")
    attended: bool | None = None


Participants = Annotated[list[ParticipantBody], Field(min_length=1, max_length=1000)]


class EventChange(Body):
    """The fields of PATCH; POST and PUT need four of them (welkin-api 7.3)."""

    starts_at: Instant = Field(ABSENT, alias="startDateTime")
    ends_at: Instant = Field(ABSENT, alias="endDateTime")
    host_id: Id = Field(ABSENT, alias="hostId")
    participants: Participants = Field(ABSENT, alias="participants")
    title: str | None = Field(None, alias="eventTitle")
    description: str | None = Field(None, alias="eventDescription")
    all_day: bool | None = Field(None, alias="allDayEvent")
    type: EventType = Field(None, alias="eventType")
    status: EventStatus = Field(None, alias="eventStatus")
    mode: EventMode = Field(None, alias="eventMode")
    color: Annotated[str, Field(max_length=40)] | None = Field(None, alias="eventColor")
    timezone: Line | None = None
    external_id: Line | None = Field(None, alias="externalId")
    additional_info: Any = Field(None, alias="additionalInfo")


class NewEvent(EventChange):
    starts_at: Instant = Field(alias="startDateTime")
    ends_at: Instant = Field(alias="endDateTime")
    host_id: Id = Field(alias="hostId")
    participants: Participants = Field(alias="participants")


class Invitation(Body):
    person_id: Id = Field(alias="participantId")
    status: GivenAnswer = Field(alias="participationStatus")


class BulkRow(Body):
    id: Id
    fields: Json = Field(alias="jsonBody")


class BulkChange(Body):
    """The bulk form of a CDT update (welkin-api 5)."""

    rows: Annotated[list[BulkRow], Field(max_length=1000)]
