"""What the client hands out beside the domain's own values: listings, records, schedules, summaries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Generic, TypeVar
from uuid import UUID

from scheduling.domain.event import Event
from scheduling.domain.work_hours import WorkHours

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """What a list read brought.

    `unreadable` counts the rows that could not be read, or not whole: an event whose times are readable still comes
    through and takes time, for everyone it may concern. `total` is what the API says there is. `complete` is False
    where rows may be missing (the list kept changing, never ended, or the count disagrees): such a listing must
    never be taken for free time.
    """

    rows: tuple[T, ...]
    unreadable: int = 0
    total: int = 0
    complete: bool = True

    @property
    def sure(self) -> bool:
        """Every row is here and was read whole: what a booking may rest on."""
        return self.complete and not self.unreadable

    def __iter__(self) -> Iterator[T]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP exchange, told to `observe`. `route` is the template, `status` None where no answer came.

    `distrusted`: nothing was sent, for the other side could not show who it is (TLS).
    """

    method: str
    route: str
    status: int | None
    seconds: float
    distrusted: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """How one process stands with the API.

    `probe_in`: None while calls pass, else the seconds until one is let through to see whether the API is back.
    `bucket` of `bucket_capacity` pays for retries. `told_to_wait`: seconds until the API wants to hear of us again.
    `last_minute` counts the exchanges of the last 60 s, of this process alone. `places_taken` of `places` threads sit
    in calls. `token_age` and `token_left` are seconds, None where there is no token that holds.
    """

    probe_in: float | None
    bucket: int
    bucket_capacity: int
    told_to_wait: float
    last_minute: int
    places_taken: int = 0
    places: int = 0
    token_age: float | None = None
    token_left: float | None = None

    @property
    def open(self) -> bool:
        """Whether the breaker keeps calls back because the API is down."""
        return self.probe_in is not None


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a custom data type (welkin-api 5). `fields` is its jsonBody, system fields included."""

    id: UUID
    patient_id: UUID | None
    name: str
    version: int | None
    fields: Mapping[str, object] = field(repr=False)
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RecordResult:
    """How one row of a bulk update ended; `status` is the API's word, `OK` when it worked."""

    id: UUID
    status: str
    fields: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @property
    def ok(self) -> bool:
        return self.status.upper() == "OK"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One clinician's hours and events of a window (welkin-api 8). The short events carry that clinician alone."""

    clinician_id: UUID
    hours: tuple[WorkHours, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure the API sends as text, such as `16.0 hours` or `37.5%`. `value` is None where it cannot be read."""

    text: str
    value: float | None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class EventSummary:
    """One clinician's row of psm-event-summary (welkin-api 9). Statuses are keys as the API wrote them."""

    clinician_id: UUID
    created: int
    occurred: int
    future: int
    by_status: Mapping[str, int]
    working_hours: Figure
    event_hours: Figure
    occupancy: Figure
