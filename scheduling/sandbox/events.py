"""The rules of calendar events (welkin-api 7): what is refused, what a change touches, what a window holds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from . import changes, errors, instants
from .bodies import EventChange, ParticipantBody
from .caller import Caller
from .models import SPAN_LIMITS, Event, Instance, Participant, Patient, User, span_of
from .rendering import Json, People, batches
from .rendering import event as rendered

CANCELLED = "CANCELLED"
REQUIRED = {"starts_at", "ends_at", "host_id", "participants"}
OPTIONAL = EventChange.model_fields.keys() - REQUIRED


def in_window(start: datetime, end: datetime, **whose: Any) -> Q:
    """Rows of `whose` (a condition on the first column of the index) that overlap `[start, end)`.

    Overlap is `start < to and end > from` (welkin-api 7.3). Each length class is one range of the index, so that a long
    event in the store costs the others nothing. `whose` stands in every branch: beside them, SQLite would search by it
    alone and read the whole calendar.
    """
    overlapping = Q()
    for span in range(len(SPAN_LIMITS) + 1):
        branch = Q(**whose, span=span, starts_at__lt=end, ends_at__gt=start)
        if span < len(SPAN_LIMITS):
            branch &= Q(starts_at__gt=start - min(SPAN_LIMITS[span], start - instants.BEGINNING))
        overlapping |= branch
    return overlapping


def find(instance: Instance, start: datetime, end: datetime, people: Sequence[UUID] = ()) -> QuerySet[Event]:
    """The events of an instance that overlap a window; with `people` only theirs (any of them)."""
    if not people:
        return Event.objects.filter(in_window(start, end, instance=instance))
    places = Participant.objects.filter(in_window(start, end, person_id__in=people))
    return Event.objects.filter(_of("instance", instance), id__in=places.values("event"))


def staffed(instance: Instance, start: datetime, end: datetime, people: Sequence[UUID]) -> QuerySet[Participant]:
    """The places these people have as psm in the events of an instance that overlap a window, by start."""
    rows = Participant.objects.filter(in_window(start, end, person_id__in=people), role=Participant.Role.PSM)
    return rows.filter(_of("event__instance", instance)).order_by("starts_at", "event_id")


def _of(field: str, instance: Instance) -> Exact:
    """`field` is this instance, told so that no index serves: the people and the window narrow far better than it."""
    return Exact(Coalesce(F(field), F(field)), Value(instance.id, UUIDField()))


def participants_of(events: Iterable[Event]) -> dict[UUID, list[Participant]]:
    """The participants of some events in their order, by event; one query for a page."""
    found: dict[UUID, list[Participant]] = defaultdict(list)
    for ids in batches(event.id for event in events):
        for row in Participant.objects.filter(event__in=ids).order_by("position", "id"):
            found[row.event_id].append(row)
    return found


def render(instance: Instance, events: Sequence[Event], viewer: str | None) -> list[Json]:
    """Whole events, with their people joined in: three queries for a page, however many stand on it."""
    if not instance.tenant.external_id_known:
        for event in events:
            event.external_id = None
    rows = participants_of(events)
    ids = {row.person_id for group in rows.values() for row in group}
    people = People(instance, ids | {event.host_id for event in events})
    return [rendered(event, rows.get(event.id, ()), people, viewer) for event in events]


def create(caller: Caller, body: EventChange, now: datetime) -> Event:
    """A new event with its participants. Raises Refusal 400 (welkin-api 7.3)."""
    event = Event(
        instance=caller.instance,
        created_at=now,
        created_by=caller.id,
        external_id_updated_at=now,
    )
    with _ExternalIdTold(body), transaction.atomic():
        _fill(event, {name: getattr(body, name) for name in OPTIONAL | REQUIRED - {"participants"}})
        _save(caller, event, now)
        _replace_participants(event, body.participants)
        _check_host(event)
        changes.made(caller, event, changes.Kind.CREATED)
    return event


def change(caller: Caller, event_id: UUID, fields: dict[str, Any], now: datetime) -> Event:
    """An event with these fields replaced. Raises Refusal 404, 400."""
    with _ExternalIdTold(fields), transaction.atomic():
        event = locked(caller.instance, event_id)
        if not fields:
            return event
        if fields.get("external_id", event.external_id) != event.external_id:
            event.external_id_updated_at = now
        _fill(event, {name: value for name, value in fields.items() if name != "participants"})
        _save(caller, event, now)
        if "participants" in fields:
            _replace_participants(event, fields["participants"])
        elif fields.keys() & {"starts_at", "ends_at"}:
            event.participants.update(
                starts_at=event.starts_at, ends_at=event.ends_at, span=span_of(event.starts_at, event.ends_at)
            )
        if fields.keys() & {"participants", "host_id"}:
            _check_host(event)
        changes.made(caller, event, changes.Kind.CHANGED)
    return event


def replacement(body: EventChange) -> dict[str, Any]:
    """The fields of a PUT: optional ones that were left out become null."""
    return {name: getattr(body, name) for name in OPTIONAL | REQUIRED}


@transaction.atomic
def delete(caller: Caller, event_id: UUID, now: datetime) -> None:
    """Remove a future event; one that has begun stays readable as cancelled (welkin-api 7.3). Raises Refusal 404."""
    event = locked(caller.instance, event_id)
    if event.starts_at > now:
        changes.made(caller, event, changes.Kind.DELETED)
        event.delete()
    elif (event.status or "").upper() != CANCELLED:
        event.status = CANCELLED
        _save(caller, event, now)
        changes.made(caller, event, changes.Kind.CANCELLED)


@transaction.atomic
def respond(caller: Caller, event_id: UUID, person_id: UUID, status: str, now: datetime) -> Event:
    """Set one participant's answer. Raises Refusal 404 for an unknown event and for somebody not invited."""
    event = locked(caller.instance, event_id)
    if not event.participants.filter(person_id=person_id).update(status=status):
        raise errors.not_found("CALENDAR", "PARTICIPANT_NOT_FOUND", "Not a participant of this event")
    _save(caller, event, now)
    changes.made(caller, event, changes.Kind.ANSWERED)
    return event


def locked(instance: Instance, event_id: UUID) -> Event:
    """The event, kept from other writers until the transaction ends. Raises Refusal 404."""
    event = Event.objects.select_for_update().filter(instance=instance, id=event_id).first()
    if event is None:
        raise errors.no_such_event()
    event.instance = instance
    changes.coming(event)
    return event


def _fill(event: Event, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(event, name, value)
    event.all_day = bool(event.all_day)
    tenant = event.instance.tenant
    if not tenant.external_id_known:
        event.external_id = None
    event.external_key = event.external_id if tenant.external_id_unique else None
    if event.ends_at <= event.starts_at:
        raise errors.invalid("CALENDAR", {"endDateTime": "must be after startDateTime"})


def _save(caller: Caller, event: Event, now: datetime) -> None:
    event.updated_at = instants.later(now, event.updated_at) if event.updated_at else now
    event.updated_by = caller.id
    event.save()


def _replace_participants(event: Event, wanted: Sequence[ParticipantBody]) -> None:
    """Make these the participants. A row that was there before keeps its id, and its answer unless one is sent."""
    people = [body.person_id for body in wanted]
    if len(set(people)) < len(people):
        raise errors.invalid("CALENDAR", {"participants": "the same participantId twice"})
    before = list(event.participants.all())
    people_before = {(row.person_id, row.role) for row in before}
    _check_people(event.instance, [body for body in wanted if (body.person_id, body.role) not in people_before])
    event.participants.all().delete()
    kept = _kept(before, wanted)
    Participant.objects.bulk_create(
        _row(event, position, body, kept.get(body.person_id)) for position, body in enumerate(wanted)
    )


def _kept(before: Sequence[Participant], wanted: Sequence[ParticipantBody]) -> dict[UUID, Participant]:
    """Which earlier row each wanted person goes on with: their own one, else a free one whose id is sent."""
    by_id = {row.id: row for row in before}
    kept = {row.person_id: row for row in before}
    kept = {body.person_id: kept[body.person_id] for body in wanted if body.person_id in kept}
    free = by_id.keys() - {row.id for row in kept.values()}
    for body in wanted:
        if body.person_id not in kept and body.id in free:
            kept[body.person_id] = by_id[body.id]
            free -= {body.id}
    return kept


def _row(event: Event, position: int, body: ParticipantBody, known: Participant | None) -> Participant:
    row = Participant(event=event, position=position, person_id=body.person_id, role=body.role)
    if known is not None:
        row.id, row.status, row.attended = known.id, known.status, known.attended
    if body.status is not None:
        row.status = body.status
    if body.attended is not None:
        row.attended = body.attended
    return row


def _check_people(instance: Instance, new: Sequence[ParticipantBody]) -> None:
    ids = {role: {body.person_id for body in new if body.role == role} for role in ("psm", "patient")}
    users = User.objects.filter(tenant=instance.tenant_id, deleted=False, id__in=ids["psm"])
    patients = Patient.objects.filter(instance=instance, id__in=ids["patient"])
    unknown = (ids["psm"] - set(users.values_list("id", flat=True)) if ids["psm"] else set()) | (
        ids["patient"] - set(patients.values_list("id", flat=True)) if ids["patient"] else set()
    )
    if unknown:
        raise errors.invalid("CALENDAR", {"participants": f"unknown: {', '.join(sorted(map(str, unknown)))}"})


def _check_host(event: Event) -> None:
    if not event.participants.filter(person_id=event.host_id, role=Participant.Role.PSM).exists():
        raise errors.invalid("CALENDAR", {"hostId": "must be among the participants as psm"})


class _ExternalIdTold:
    """Turns the broken unique constraint on the external id into the API's 400."""

    def __init__(self, source: EventChange | dict[str, Any]) -> None:
        self._source = source

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, raised: BaseException | None, _: object) -> None:
        if isinstance(raised, IntegrityError) and "external_key" in str(raised):
            raise errors.invalid("CALENDAR", {"externalId": "another event has it"}) from raised


def without_cancelled(rows: QuerySet[Event]) -> QuerySet[Event]:
    """The events that were not cancelled; those without a status stay."""
    return rows.exclude(status=CANCELLED, status__isnull=False)
