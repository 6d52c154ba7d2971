"""The rules of work hours (welkin-api 6)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from . import errors, instants
from .bodies import HoursBody, HoursRecord
from .caller import Caller
from .fields import Json
from .models import Instance, User, WorkHours
from .rendering import work_hours as rendered

REACH = timedelta(days=2)
"""A day on some clock of the world begins and ends less than this away from the same day in UTC."""


def meeting(instance: Instance, start: datetime, end: datetime, people: Iterable[UUID]) -> list[WorkHours]:
    """The records with a day in `[start, end]`, of these people, or of everybody where none are named.

    By user, oldest range first. The UTC dates of a record's borders are whole days for its user (welkin-api 6.2).
    """
    rows = WorkHours.objects.filter(instance=instance, starts_at__lt=end + REACH)
    rows = rows.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=start - REACH))
    ids = list(people)
    rows = rows.filter(user_id__in=ids) if ids else rows
    ordered = rows.select_related("user").order_by("user__created_at", "user_id", "starts_at", "created_at", "id")
    return [row for row in ordered if _meets(row, start, end)]


def _meets(row: WorkHours, start: datetime, end: datetime) -> bool:
    zone = zone_of(row.user)
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    return row.starts_at.date() <= last and (row.ends_at is None or first <= row.ends_at.date())


def by_user(rows: Iterable[WorkHours], viewer: str | None) -> dict[UUID, list[Json]]:
    """The records as JSON, by user, in the order given; people without one are missing."""
    told: dict[UUID, list[Json]] = {}
    for row in rows:
        told.setdefault(row.user_id, []).append(rendered(row, zone_of(row.user, viewer)))
    return told


def zone_of(user: User, viewer: str | None = None) -> tzinfo:
    """Whose clocks the local fields show: the viewer's, the user's, UTC."""
    return instants.zone_named(viewer) or instants.zone_named(user.timezone) or UTC


@transaction.atomic
def create(caller: Caller, body: HoursBody) -> Json:
    """New records of one user. Raises Refusal 404 for an unknown user."""
    user = _user(caller, body)
    now = instants.now()
    rows = [_fill(WorkHours(instance=caller.instance, user=user), caller, record, now) for record in body.details]
    return {"psmId": str(user.id), "details": [rendered(row, zone_of(user)) for row in rows]}


@transaction.atomic
def replace(caller: Caller, key: UUID, body: HoursBody) -> Json:
    """One record replaced, its id kept. Raises Refusal 404, and 400 for more than one record or another user."""
    row = WorkHours.objects.select_for_update().filter(instance=caller.instance, id=key).first()
    if row is None:
        raise errors.no_such_hours()
    user = _user(caller, body)
    if user.id != row.user_id:
        raise errors.invalid("CALENDAR", {"psmId": "the record belongs to another user"})
    if len(body.details) != 1:
        raise errors.invalid("CALENDAR", {"details": "one record is replaced by one record"})
    row.user = user
    _fill(row, caller, body.details[0], instants.later(instants.now(), row.updated_at))
    return {"psmId": str(user.id), "details": [rendered(row, zone_of(user))]}


def _user(caller: Caller, body: HoursBody) -> User:
    user = User.objects.filter(tenant=caller.tenant, id=body.user_id, deleted=False).first()
    if user is None:
        raise errors.no_such_user()
    return user


def _fill(row: WorkHours, caller: Caller, record: HoursRecord, now: datetime) -> WorkHours:
    row.starts_at, row.ends_at = record.starts_at, record.ends_at
    row.name, row.encounters = record.name, record.encounters
    row.type, row.rule_type = record.type or "WORKING_HOURS", record.rule_type or "DEFAULT"
    row.days = [
        {"daysInfoId": str(uuid4()), "day": day.day, "startTime": _whole(day.start), "endTime": _whole(day.end)}
        for day in record.days
    ]
    if row._state.adding:
        row.created_at, row.created_by = now, caller.id
    row.updated_at, row.updated_by = now, caller.id
    row.save()
    return row


def _whole(text: str | None) -> str | None:
    """`09:00` as `09:00:00`."""
    return f"{text}:00" if text and text.count(":") == 1 else text
