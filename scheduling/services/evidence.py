"""Whether a visit, as it is now, shows a change whose answer was lost (design 5.5: a PATCH is settled by reading).

The content itself is not kept, only its digest: what the visit holds now is put into the same form and compared.
"""

from collections.abc import Iterator, Mapping
from uuid import UUID

from scheduling.domain.event import Event
from scheduling.ledger.models import AuditRecord, Intent

from . import merging
from .writes import Change


def shows(intent: Intent, asked: AuditRecord, event: Event | None) -> bool:
    """Whether the visit is as it was asked to be. `event` is None where the API knows none of this id any more."""
    if event is None:
        return intent.action == "appointment.delete"
    if intent.action in ("appointment.delete", "appointment.cancel", "appointment.withdraw"):
        return not event.live
    if intent.action == "appointment.take_out":
        return not any(event.involves(UUID(person)) for person in asked.people)
    object_id = UUID(asked.object_id)
    return any(
        Change(intent.action, object_id=object_id, content=content).digest == intent.digest
        for content in _contents(intent.action, asked, event)
    )


def _contents(action: str, asked: AuditRecord, event: Event) -> Iterator[Mapping[str, object]]:
    """What each action would have had to ask for, to make the visit what it is now."""
    if action == "appointment.move":
        yield {"to": (event.when.start, event.when.end), "host": event.host_id, "reason": asked.reason}
    elif action == "appointment.edit":
        yield {name: merging.now_of(event, name) for name in asked.fields}
    elif action == "appointment.join":
        yield from ({"patient": row.person_id, "reason": asked.reason} for row in event.patients)
    elif action == "appointment.restore":
        yield {"status": event.known_status, "reason": asked.reason}
    elif action in ("appointment.mark", "appointment.unmark"):
        yield {"status": event.known_status}
    elif action == "appointment.attend":
        yield from ({"person": row.person_id, "attended": row.attended} for row in event.participants)
    elif action == "invitation.answer":
        yield from ({"person": row.person_id, "answer": row.answer} for row in event.participants)
