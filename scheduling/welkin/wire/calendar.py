"""Calendar events (welkin-api 7.2).

What is read here decides whether an hour looks free, so every doubt counts as busy: an event whose times can be read
comes through whatever else is broken, and when it cannot be told whom it concerns, it concerns everyone asked for.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import NAMESPACE_OID, UUID, uuid5

from pydantic import AliasChoices, Field

from scheduling.domain.event import Event, Participant
from scheduling.domain.interval import Interval

from ..errors import Malformed
from .fields import Instant, read_instant, read_zone
from .people import ZONE
from .reading import Reading, Row, read

_WHO = frozenset({"participants", "hostId"})
# What a change of an event sends back, and of a participant: it must have been read, or it would be deleted.
_SENT_BACK = _WHO | {"additionalInfo"}
_SENT_BACK_OF_A_PERSON = frozenset({"id", "participantId", "participantRole"})
_SHORTEST = timedelta(minutes=1)
_ASSUMED = timedelta(hours=1)


class ParticipantRow(Row):
    """`participantId` may be null (nobody we know) but must be there, or it cannot be told who takes part."""

    participant_id: UUID | None
    id: UUID | None = None
    participant_role: str | None = None
    participation_status: str | None = None
    attended: bool | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    timezone: str | None = ZONE


class EventRow(Row):
    id: UUID | None = Field(default=None, validation_alias=AliasChoices("id", "eventId"))
    start_date_time: Instant | None = None
    end_date_time: Instant | None = None
    local_start_date_time: object = None
    local_end_date_time: object = None
    duration: float | None = None
    host_id: UUID | None = None
    participants: list[ParticipantRow | None] | None = None
    event_type: str | None = None
    event_status: str | None = None
    event_mode: str | None = None
    event_title: str | None = None
    event_description: str | None = None
    event_color: str | None = None
    all_day_event: bool | None = None
    timezone: str | None = ZONE
    external_id: str | None = None
    additional_info: dict[str, object] | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


def read_event(raw: object) -> Event:
    """A single event. Raises Malformed where its id or its times cannot be read."""
    reading = read(EventRow, raw)
    when = _when(reading.row) if reading.row else None
    if reading.row is None or reading.row.id is None or when is None:
        raise Malformed("an event cannot be read")
    return _event(reading, reading.row, when, reading.row.id)


def scan_event(raw: object, asked: Collection[UUID] = ()) -> tuple[Event | None, bool]:
    """The event of a list, None where its times cannot be read; and whether it was read whole.

    `asked` are the people the list was asked for.
    """
    reading = read(EventRow, raw)
    row = reading.row
    when = _when(row) if row else None
    if row is None or when is None:
        return None, False
    event = _event(reading, row, when, row.id or _stand_in(raw))
    return (event, True) if _whole(row, reading) else (_concerning(event, reading, asked), False)


def _whole(row: EventRow, reading: Reading[EventRow]) -> bool:
    times = row.start_date_time and row.end_date_time and row.start_date_time < row.end_date_time
    return bool(times and row.id and not reading.flaws and _owned(row))


def _owned(row: EventRow) -> bool:
    """Whether it names anybody at all: the host, or one row of its list that is more than a gap."""
    named = any(person is not None and person.participant_id for person in row.participants or ())
    return "participants" in row.model_fields_set and bool(row.host_id or named)


def _concerning(event: Event, reading: Reading[EventRow], asked: Collection[UUID]) -> Event:
    """The event for everyone asked for as well, where it cannot be told who takes part."""
    row = reading.row
    told = row is not None and _owned(row) and not any(_hides_a_person(path) for path in reading.flaws)
    if told:
        return event
    known = {person.person_id for person in event.participants}
    added = tuple(Participant(person_id=person, role="") for person in asked if person not in known)
    return replace(event, participants=event.participants + added)


def _hides_a_person(path: tuple[int | str, ...]) -> bool:
    """The host, the list, one of its rows, or the id in a row; a broken phone number hides nobody."""
    return path[0] in _WHO and (len(path) < 3 or path[2] == "participantId")


def _complete(row: EventRow, reading: Reading[EventRow]) -> bool:
    """Whether all that replaces a list or an object when it is written was read (`Event.whole`)."""
    people = row.participants or ()
    named = all(person is not None and person.participant_id is not None for person in people)
    return bool(people) and named and not any(_is_sent_back(path) for path in reading.flaws)


def _is_sent_back(path: tuple[int | str, ...]) -> bool:
    return path[0] in _SENT_BACK and (len(path) < 3 or path[0] != "participants" or path[2] in _SENT_BACK_OF_A_PERSON)


def _stand_in(raw: object) -> UUID:
    """An id for a row without a readable one: the same for the same row, so that it is still counted once."""
    return uuid5(NAMESPACE_OID, repr(raw))


def _when(row: EventRow) -> Interval | None:
    """The time it takes. The local twins and the duration stand in for what is missing; no time at all is no event."""
    start = row.start_date_time or _local(row.local_start_date_time)
    end = row.end_date_time or _local(row.local_end_date_time)
    length = timedelta(seconds=min(row.duration, 366 * 86400)) if row.duration and row.duration > 0 else None
    try:
        if start and end:
            return Interval(start, end if end > start else start + (length or _SHORTEST))
        if start:
            return Interval(start, start + (length or _ASSUMED))
        return Interval(end - (length or _ASSUMED), end) if end else None
    except OverflowError:
        return None


def _local(value: object) -> datetime | None:
    """A local rendering, which is only ever looked at where its twin in UTC is missing."""
    try:
        return read_instant(value)
    except ValueError:
        return None


def _event(reading: Reading[EventRow], row: EventRow, when: Interval, event_id: UUID) -> Event:
    return Event(
        id=event_id,
        when=when,
        host_id=row.host_id,
        participants=_participants(row.participants or ()),
        type=row.event_type,
        status=row.event_status,
        mode=row.event_mode,
        title=row.event_title or "",
        description=row.event_description or "",
        color=row.event_color or "",
        all_day=row.all_day_event is True,
        timezone=read_zone(row.timezone),
        external_id=row.external_id or "",
        additional=MappingProxyType(dict(row.additional_info or {})),
        created_at=row.created_at,
        updated_at=row.updated_at,
        whole=_complete(row, reading),
    )


def _participants(rows: Iterable[ParticipantRow | None]) -> tuple[Participant, ...]:
    """The people of the event; a null row and a null person are nobody."""
    return tuple(
        Participant(
            person_id=row.participant_id,
            role=row.participant_role or "",
            id=row.id,
            answer=row.participation_status or "",
            attended=row.attended is True,
            first_name=row.first_name or "",
            last_name=row.last_name or "",
            email=row.email or "",
            phone=row.phone or "",
            timezone=read_zone(row.timezone),
        )
        for row in rows
        if row is not None and row.participant_id is not None
    )
