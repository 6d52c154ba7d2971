"""Where answers of the API are kept: sealed rows of our own database, found by scope and query.

What stands here is the raw calendar of a clinic, the same for every login: rights are no part of the key, because
they are applied to what is read each time it is shown (`Desk.require` before, names left out after).
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.db.models import Count, Max
from pydantic import TypeAdapter, ValidationError

from scheduling.domain.event import Event
from scheduling.domain.person import Patient
from scheduling.domain.work_hours import WorkHours
from scheduling.ledger.models import KeptChange, KeptRead
from scheduling.welkin import EventSummary
from scheduling.welkin.values import Listing

from .desk import Desk
from .sealing import NotReadable, seal, unseal

log = structlog.get_logger("daybook.kept")

T = TypeVar("T")

# A part of every key: another number where what is kept changes its form.
FORM = "2"
HOURS = TypeAdapter(Listing[WorkHours])
EVENTS = TypeAdapter(Listing[Event])
EVENT = TypeAdapter(Event)
SUMMARY = TypeAdapter(Listing[EventSummary])
PATIENT = TypeAdapter(Patient)


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """What is asked: its kind and words, the people it is about, and the form of its answer."""

    kind: str
    words: tuple[str, ...]
    people: frozenset[UUID]
    form: TypeAdapter[T]

    @property
    def key(self) -> str:
        told = (FORM, self.kind, *self.words, *sorted(map(str, self.people)))
        return hashlib.sha256("|".join(told).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """An answer from the table: when its read began, and the mark of its people before that."""

    value: T
    read_at: datetime
    mark: str


def packed(form: TypeAdapter[T], value: T) -> bytes:
    """A value as sealed JSON."""
    # Read-only mappings are no type that pydantic knows; `dict` makes one of them that it does.
    return seal(form.dump_python(value, mode="json", fallback=dict, warnings=False))


def unpacked(form: TypeAdapter[T], sealed: Any) -> T | None:
    """The value, None where it cannot be opened: another key, or another form after an update."""
    try:
        return form.validate_python(unseal(sealed))
    except (NotReadable, ValidationError) as broken:
        log.warning("kept_not_readable", exception_type=type(broken).__name__)
        return None


def find(scope: str, query: Query[T]) -> Kept[T] | None:
    """The answer that is kept to this query, however old."""
    row = KeptRead.objects.filter(scope=scope, key=query.key).first()
    value = unpacked(query.form, row.sealed) if row else None
    return None if row is None or value is None else Kept(value, row.read_at, row.mark)


def find_all(scope: str, queries: Iterable[Query[T]]) -> dict[str, Kept[T]]:
    """What is kept of these queries, by their keys."""
    forms = {query.key: query.form for query in queries}
    found = {}
    for row in KeptRead.objects.filter(scope=scope, key__in=forms):
        value = unpacked(forms[row.key], row.sealed)
        if value is not None:
            found[row.key] = Kept(value, row.read_at, row.mark)
    return found


def store_all(scope: str, answers: Iterable[tuple[Query[T], Kept[T]]]) -> None:
    """Keep these answers instead of what was kept before them. A database that does not take it does no harm."""
    rows = [
        KeptRead(
            scope=scope, key=query.key, sealed=packed(query.form, kept.value), read_at=kept.read_at, mark=kept.mark
        )
        for query, kept in answers
    ]
    try:
        KeptRead.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["scope", "key"], update_fields=["sealed", "read_at", "mark"]
        )
    except DatabaseError as error:
        log.warning("kept_not_stored", exception_type=type(error).__name__)


def store(scope: str, query: Query[T], kept: Kept[T]) -> None:
    """Keep the answer, unless one is kept that was read later. A database that does not take it does no harm."""
    told: dict[str, Any] = {
        "sealed": packed(query.form, kept.value),
        "read_at": kept.read_at,
        "mark": kept.mark,
    }
    try:
        older = KeptRead.objects.filter(scope=scope, key=query.key, read_at__lt=kept.read_at)
        if not older.update(**told):
            KeptRead.objects.bulk_create([KeptRead(scope=scope, key=query.key, **told)], ignore_conflicts=True)
            older.update(**told)  # an older one may have been put there in the same moment
    except DatabaseError as error:
        log.warning("kept_not_stored", exception_type=type(error).__name__)


def drop(scope: str, query: Query[Any]) -> None:
    """Forget the answer: what it was about is gone."""
    KeptRead.objects.filter(scope=scope, key=query.key).delete()


def drop_all(scope: str, queries: Iterable[Query[Any]]) -> None:
    """Forget these answers: somebody wants to read them anew."""
    KeptRead.objects.filter(scope=scope, key__in=[query.key for query in queries]).delete()


# --- Changes ---------------------------------------------------------------------------------------------------------


def mark_of(scope: str, people: Iterable[UUID]) -> str:
    """What says whether something of these people's was changed through Daybook: another word after each change."""
    told = KeptChange.objects.filter(scope=scope, resource__in=set(people)).aggregate(
        number=Count("id"), newest=Max("id")
    )
    return f"{told['number']}:{told['newest'] or 0}"


def changed(desk: Desk, people: Collection[UUID]) -> None:
    """Make the kept answers about these people old: they are read again before they are shown. No call.

    To be called when a change is settled, after the API has answered: what was read before that may lack it.
    """
    KeptChange.objects.bulk_create(
        KeptChange(scope=desk.scope, resource=person, changed_at=desk.now) for person in sorted(set(people))
    )
