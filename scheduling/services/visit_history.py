"""What was done with a visit through Daybook, as a page tells it. What others did in Welkin is not known here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from scheduling.domain.event import Event
from scheduling.ledger.models import AuditRecord, Intent

from . import writes
from .desk import Desk

OUTCOMES = {"confirmed", "refused", "unknown"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: when, by whom, what, how it ended, why. `facts` are those of its outcome (ids, times, codes)."""

    at: datetime
    who: str
    role: str
    action: str
    ending: str
    reason: str
    people: tuple[UUID, ...]
    fields: tuple[str, ...]
    facts: Mapping[str, Any]
    intent: str = ""


def _entry(record: AuditRecord, facts: Mapping[str, Any]) -> Entry:
    return Entry(
        at=record.at,
        who=record.who,
        role=record.role,
        action=record.action,
        ending=record.phase,
        reason=record.reason,
        people=tuple(UUID(person) for person in record.people),
        fields=tuple(record.fields),
        facts=facts,
        intent=record.intent,
    )


def of(desk: Desk, event_id: UUID) -> tuple[Entry, ...]:
    """The changes of one visit with the last word on each, oldest first. Two queries, no call."""
    records = [record for record in writes.history(desk, event_id) if record.phase in OUTCOMES]
    last = {record.intent: record for record in records}
    facts = dict(Intent.objects.filter(key__in=last).values_list("key", "outcome"))
    return tuple(_entry(record, facts.get(record.intent) or {}) for record in last.values())


def answers_to_old_time(entries: tuple[Entry, ...], event: Event) -> frozenset[UUID]:
    """Whose answer was given to a time before the last move, because the API kept it when it was asked to drop it."""
    old: set[UUID] = set()
    for entry in entries:
        if entry.ending != "confirmed":
            continue
        if entry.action == "appointment.move":
            # Whoever undoes a move brings the visit back to the time that was answered.
            old = set() if entry.facts.get("undo") else old
            old |= {UUID(person) for person in entry.facts.get("kept_answers", ())}
        elif entry.action == "invitation.answer":
            old -= set(entry.people)
    return frozenset(row.person_id for row in event.participants if row.answer and row.person_id in old)
