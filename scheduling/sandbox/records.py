"""The rules of custom data types, CDT (welkin-api 5)."""

import json
from datetime import datetime
from uuid import UUID

from django.db import transaction

from . import errors, instants
from .caller import Caller
from .fields import Json, parse_id
from .instants import written
from .models import Instance, Patient, Record, RecordType
from .queries import RecordList

SHIPPED = {"medication": ["medication_name", "medication_status", "medication_start_date"]}
SYSTEM = ("created_at", "created_by", "created_by_name", "updated_at", "updated_by", "updated_by_name")
EXTERNAL = ("source_type", "source_name", "source_id", "external_id", "external_guid")
LONGEST_NAME = 255
NOT_FIELDS = frozenset({"id", "cdtName", *SYSTEM})
SORTABLE = {"created_at": "created_at", "updated_at": "updated_at", "createdAt": "created_at", "id": "id"}


def type_named(instance: Instance, name: str) -> RecordType:
    """The type of this name. Every name is a type (welkin-api 5, decision); it is kept from its first record on.

    Raises Refusal 404 for a name that is too long to be one.
    """
    if len(name) > LONGEST_NAME:
        raise errors.no_such_record()
    row = RecordType.objects.filter(instance=instance, name=name).first()
    return row or RecordType(instance=instance, name=name, fields=SHIPPED.get(name, []))


def find(patient: Patient, kind: RecordType, key: str) -> Record:
    """One record. Raises Refusal 404."""
    try:
        row = Record.objects.filter(patient=patient, type_id=kind.id, id=parse_id(key)).first()
    except ValueError:
        row = None
    if row is None:
        raise errors.no_such_record()
    return row


@transaction.atomic
def create(patient: Patient, kind: RecordType, caller: Caller, fields: Json) -> Record:
    """A new record of these custom fields."""
    now = instants.now()
    kind, _made = RecordType.objects.get_or_create(
        instance=kind.instance, name=kind.name, defaults={"fields": kind.fields}
    )
    row = Record(patient=patient, created_at=now, created_by=caller.id, created_by_name=caller.name)
    row.fields = _custom(fields)
    row.type = _taught(kind, row.fields)
    return _saved(row, caller, now)


@transaction.atomic
def change(row: Record, caller: Caller, fields: Json) -> Record:
    """A record with these fields changed, the others kept."""
    row = Record.objects.select_for_update().select_related("type").get(pk=row.pk)
    row.fields = {**row.fields, **_custom(fields)}
    row.type = _taught(row.type, row.fields)
    return _saved(row, caller, instants.later(instants.now(), row.updated_at))


def _saved(row: Record, caller: Caller, now: datetime) -> Record:
    row.updated_at, row.updated_by, row.updated_by_name = now, caller.id, caller.name
    row.save()
    return row


def _custom(fields: Json) -> Json:
    """What a body may set: everything that is no system field."""
    return {name: value for name, value in fields.items() if name not in NOT_FIELDS}


def _taught(kind: RecordType, fields: Json) -> RecordType:
    """The type, knowing these fields too. It is locked only when it learns one, and by then nothing else is left to."""
    if all(name in kind.fields or name in EXTERNAL for name in fields):
        return kind
    kind = RecordType.objects.select_for_update().get(pk=kind.pk)
    kind.fields = [*kind.fields, *(name for name in fields if name not in kind.fields and name not in EXTERNAL)]
    kind.save(update_fields=["fields"])
    return kind


def rendered(row: Record, kind: RecordType, only: list[str] | None = None) -> Json:
    """A record as the API tells it; `only` keeps these custom fields, system fields always come."""
    custom = {name: row.fields.get(name) for name in dict.fromkeys([*kind.fields, *row.fields]) if name not in EXTERNAL}
    if only:
        custom = {name: value for name, value in custom.items() if name in only}
    return {
        "id": str(row.id),
        "patientId": str(row.patient_id),
        "cdtId": str(kind.id),
        "version": kind.version,
        "jsonBody": {"id": str(row.id), **custom, **_system(row)},
        "cdtName": kind.name,
    }


def _system(row: Record) -> Json:
    return {
        "created_at": written(row.created_at),
        "created_by": str(row.created_by),
        "created_by_name": row.created_by_name,
        "updated_at": written(row.updated_at),
        "updated_by": str(row.updated_by),
        "updated_by_name": row.updated_by_name,
        **{name: row.fields.get(name) for name in EXTERNAL},
    }


def select(patient: Patient, kind: RecordType, wanted: RecordList) -> list[Record]:
    """The patient's records of a type, newest first; the dates bound `created_at`, filters are ANDed (decision)."""
    rows = Record.objects.filter(patient=patient, type_id=kind.id).order_by("-created_at", "id")
    if wanted.date_start:
        rows = rows.filter(created_at__gte=wanted.date_start)
    if wanted.date_end:
        rows = rows.filter(created_at__lte=wanted.date_end)
    conditions = [_condition(text) for text in wanted.filters]
    return [row for row in rows if all(_text(row.fields.get(key)) in values for key, values in conditions)]


def _text(value: object) -> str:
    """A value as it stands in a query: a text bare, anything else as JSON writes it."""
    return value if isinstance(value, str) else json.dumps(value)


def _condition(text: str) -> tuple[str, list[str]]:
    key, equals, values = text.partition("=")
    if not equals:
        raise errors.invalid("CDT", {"filters": "must look like key=value1,value2"})
    return key, values.split(",")


def change_many(patient: Patient, kind: RecordType, caller: Caller, rows: list[tuple[UUID, Json]]) -> list[Json]:
    """The bulk form: every row or none. Raises Refusal 404 for a record that is not there."""
    with transaction.atomic():
        # Locked in one order, so that two callers with the same rows never wait for each other.
        ids = sorted({key for key, _fields in rows})
        list(Record.objects.select_for_update().filter(patient=patient, id__in=ids).order_by("id"))
        changed = [change(find(patient, kind, str(key)), caller, fields) for key, fields in rows]
    kind = type_named(kind.instance, kind.name)
    told = [rendered(row, kind)["jsonBody"] for row in changed]
    return [{"id": body["id"], "jsonBody": body, "result": {"status": "OK", "content": None}} for body in told]
