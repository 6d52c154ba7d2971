"""Looking at a patient's details is written down too: once for each login, object and quarter of an hour.

A page that brings itself up to date, a panel that is opened again after each step: without that bound the trail would
be made of them. What a line says is that the login saw the object within the 15 minutes from then. A line that cannot
be written keeps the page from being shown.
"""

from datetime import timedelta
from uuid import UUID

from scheduling.domain.event import Event
from scheduling.ledger.models import AuditRecord

from . import audit
from .desk import Desk
from .patience import patiently

PATIENT, VISIT = "patient.read", "appointment.read"
READS = (PATIENT, VISIT)
ONCE_IN = timedelta(minutes=15)


@patiently
def note(desk: Desk, action: str, thing: UUID, people: tuple[UUID, ...] = ()) -> None:
    """Write that the desk looks at a thing, unless it was written lately. Raises LedgerBusy."""
    lately = AuditRecord.objects.filter(scope=desk.scope, object_id=str(thing), action=action, account=desk.account)
    if not lately.filter(at__gt=desk.now - ONCE_IN).exists():
        audit.note(desk, action, audit.READ, object_id=str(thing), people=audit.texts(people))


def patient(desk: Desk, patient_id: UUID) -> None:
    """The desk sees a patient's page. Raises LedgerBusy."""
    note(desk, PATIENT, patient_id, (patient_id,))


def visit(desk: Desk, event: Event) -> None:
    """The desk sees a visit with its patients; one without any is nobody's health. Raises LedgerBusy."""
    if event.patients:
        note(desk, VISIT, event.id, tuple(row.person_id for row in event.participants))
