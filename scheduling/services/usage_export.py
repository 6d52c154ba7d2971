"""Taking figures out of Daybook is written down: who, when, whose, of which time. No audit, no file."""

from collections.abc import Iterable
from uuid import UUID

from scheduling.ledger.models import AuditRecord

from .desk import Desk

EXPORT = "utilisation.export"


def note(desk: Desk, name: str, people: Iterable[UUID]) -> None:
    """One line in the audit trail for a file of this name; raises DatabaseError where it cannot be written."""
    AuditRecord.objects.create(
        at=desk.now,
        account=desk.account,
        role=desk.account.role,
        scope=desk.scope,
        action=EXPORT,
        phase="confirmed",
        object_id=name[:64],
        people=[str(person) for person in people],
        request_id=desk.request_id,
    )
