"""The query parameters that come in. Names not listed are ignored (welkin-api 1)."""

from uuid import UUID

from ninja import Schema
from pydantic import Field

from .bodies import EventType
from .fields import Ids, Instant, Words, Zone
from .paging import Page


class Paged(Schema):
    page: int = Field(0, ge=0)
    size: int = Field(20, ge=0)
    sort: list[str] = []

    def page_of(self, limit: int, *, sorted: bool | None = None) -> Page:
        """The page these parameters ask for, under the tenant's limit."""
        return Page.asked(self.page, self.size, limit, sorted=bool(self.sort) if sorted is None else sorted)


class UserList(Paged):
    search: str = ""
    user_state: str = Field("", alias="userState")
    seat_assigned: bool | None = Field(None, alias="seatAssigned")
    email: str = ""
    ids: Ids = []
    first_name: str = Field("", alias="firstName")
    last_name: str = Field("", alias="lastName")
    region: str = ""
    territories: Words = []
    role_name: str = Field("", alias="roleName")
    include_deleted: bool = Field(False, alias="includeDeleted")


class ByKey(Schema):
    type: str = ""


class PatientList(Paged):
    query: str = ""
    email: str = ""
    timezone: str = ""
    territories: Words = []
    cadence: str | None = None


class RecordList(Paged):
    fields: Words = []
    filters: list[str] = []
    date_start: Instant | None = Field(None, alias="dateStart")
    date_end: Instant | None = Field(None, alias="dateEnd")


class Viewer(Schema):
    viewer_timezone: Zone | None = Field(None, alias="viewerTimezone")


class Window(Viewer):
    """A stretch of time and the people it is asked for; both spellings of the ids are taken (welkin-api 6.1)."""

    start: Instant = Field(alias="from")
    end: Instant = Field(alias="to")
    psm_ids: Ids = Field([], alias="psmIds")
    psm_ids_of_seed: Ids = Field([], alias="psm-ids")

    @property
    def asked(self) -> list[UUID]:
        """The ids asked for, each once, in the order asked."""
        return list(dict.fromkeys([*self.psm_ids, *self.psm_ids_of_seed]))


class EventList(Paged, Viewer):
    start: Instant = Field(alias="from")
    end: Instant = Field(alias="to")
    participant_ids: Ids = Field([], alias="participantIds")
    type: EventType = Field(None, alias="eventType")
    include_cancelled: bool = Field(False, alias="includeCancelled")
    include_encounter_info: bool = Field(False, alias="includeEncounterInfo")
    include_encounters_info: bool = Field(False, alias="includeEncountersInfo")
    exclude_assigned: bool = Field(False, alias="excludeAssignedToEncounterEvents")


class EventKey(Viewer):
    type: str = ""


class RecordPlace(Schema):
    """The path of a custom data type."""

    tenant: str
    instance: str
    patient: str
    name: str
