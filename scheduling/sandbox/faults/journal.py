"""What was really written, and what is there now: the ground truth that checkers compare with."""

from typing import Any

from ..caller import Caller
from ..changes import Kind
from ..events import participants_of
from ..instants import now, written
from ..models import Event, JournalEntry
from .origin import current

Json = dict[str, Any]


class Journal:
    """A watcher that keeps one entry for each applied write, in the transaction of the write itself."""

    def before(self, event: Event) -> None:
        """Nothing to keep yet."""

    def after(self, caller: Caller, event: Event, kind: Kind) -> None:
        """Writes the entry."""
        source = current()
        people = event.participants.order_by("position", "id").values_list("person_id", flat=True)
        told = {
            "kind": kind.value,
            "method": source.method,
            "externalId": event.external_id,
            "marker": marker_of(event),
            "hostId": str(event.host_id),
            "status": event.status,
            "start": written(event.starts_at),
            "end": written(event.ends_at),
            "people": [str(person) for person in people],
            "connection": source.connection,
            "request": source.request,
            "rule": source.rule,
            "by": str(caller.id),
        }
        JournalEntry.objects.create(tenant=caller.tenant, at=now(), event_id=event.id, told=told)


def marker_of(event: Event) -> str | None:
    """`additionalInfo.marker`, where a program keeps its mark besides the external id."""
    info = event.additional_info
    found = info.get("marker") if isinstance(info, dict) else None
    return found if isinstance(found, str) else None


def entries(tenant: str, after: int = 0) -> list[Json]:
    """The journal of a tenant behind a number, in the order it was written."""
    rows = JournalEntry.objects.filter(tenant__name=tenant, id__gt=after).order_by("id")
    return [{"number": row.id, "at": written(row.at), "event": str(row.event_id), **row.told} for row in rows]


def dump(tenant: str) -> list[Json]:
    """All events of a tenant, cancelled ones included, the oldest first."""
    rows = list(Event.objects.filter(instance__tenant__name=tenant).order_by("created_at", "id"))
    people = participants_of(rows)
    return [_told(row, people.get(row.id, [])) for row in rows]


def _told(row: Event, people: list[Any]) -> Json:
    return {
        "id": str(row.id),
        "externalId": row.external_id,
        "eventTitle": row.title,
        "eventType": row.type,
        "eventStatus": row.status,
        "hostId": str(row.host_id),
        "startDateTime": written(row.starts_at),
        "endDateTime": written(row.ends_at),
        "additionalInfo": row.additional_info,
        "participants": [
            {"participantId": str(one.person_id), "participantRole": one.role, "participationStatus": one.status}
            for one in people
        ],
        "createdAt": written(row.created_at),
        "updatedAt": written(row.updated_at),
        "createdBy": str(row.created_by),
        "updatedBy": str(row.updated_by),
    }
