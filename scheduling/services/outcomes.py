"""What came of a change whose answer was not clear, and finding it out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from scheduling.ledger.models import AuditRecord, Intent
from scheduling.welkin import PatientKey
from scheduling.welkin.errors import NotFound, WelkinError

from . import evidence, mirror, work_hours, writes
from .desk import Desk
from .writes import Change, Ending, Outcome

# A submit is over after the write's deadline (8 s); one that is still "working" after this has died on the way.
DIED_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome with what a page needs: what it is about, where that is known.

    `late`: it takes longer than an effect usually needs to show. `api_answers` is False where the API could not be
    asked just now.
    """

    outcome: Outcome
    action: str
    event_id: UUID | None = None
    patient_id: UUID | None = None
    clinician_id: UUID | None = None
    late: bool = False
    api_answers: bool = True

    @property
    def open(self) -> bool:
        return self.outcome.ending in (Ending.UNKNOWN, Ending.WORKING)


def marker_of(key: str) -> str:
    """The `externalId` by which what a form created is found again. It says nothing about anybody."""
    return f"daybook-{key}"


def find_out(desk: Desk, intent: Intent) -> Outcome:
    """Look for the visit of a create whose answer was lost; the outcome stays unknown until it is seen.

    That it is not there yet proves nothing (an effect may come late), so nothing is ever called failed here.
    """
    try:
        event = desk.client.events.read_by_external_id(marker_of(intent.key))
    except NotFound:
        return writes.outcome_of(intent)
    change = Change(action=intent.action, object_id=event.id)
    return writes.settle(desk, intent.key, change, Ending.CONFIRMED, {"event": str(event.id)}, "found by marker")


def find_patient_out(desk: Desk, intent: Intent) -> Outcome:
    """Look for the patient of a create whose answer was lost, as `find_out` does for a visit (welkin-api 4, EID)."""
    try:
        patient = desk.client.patients.read_by(PatientKey.EXTERNAL_ID, marker_of(intent.key))
    except NotFound:
        return writes.outcome_of(intent)
    mirror.remember_patient(desk.scope, patient)
    change = Change(action=intent.action, object_id=patient.id)
    return writes.settle(desk, intent.key, change, Ending.CONFIRMED, {"patient": str(patient.id)}, "found by marker")


def find_change_out(desk: Desk, intent: Intent) -> Outcome:
    """Look whether the visit is by now as it was asked to be; it stays unknown as long as it is not."""
    asked = AuditRecord.objects.filter(intent=intent.key, phase="requested").first()
    if asked is None or not asked.object_id:
        return writes.outcome_of(intent)
    event_id = UUID(asked.object_id)
    try:
        event = desk.client.events.read(event_id)
    except NotFound:
        event = None
    if not evidence.shows(intent, asked, event):
        return writes.outcome_of(intent)
    change = Change(intent.action, tuple(UUID(person) for person in asked.people), event_id, tuple(asked.fields))
    return writes.settle(desk, intent.key, change, Ending.CONFIRMED, {"event": str(event_id)}, "found by content")


CHANGES = (
    "appointment.move",
    "appointment.edit",
    "appointment.join",
    "appointment.cancel",
    "appointment.mark",
    "appointment.attend",
    "appointment.delete",
    "invitation.answer",
)
FINDERS: dict[str, Callable[[Desk, Intent], Outcome]] = {
    "appointment.book": find_out,
    "patient.create": find_patient_out,
    work_hours.SET: work_hours.find_out,
    **dict.fromkeys(CHANGES, find_change_out),
}


def _lost(desk: Desk, intent: Intent) -> bool:
    """Whether nobody is going to learn the outcome by waiting for the answer."""
    if intent.state == Intent.State.WORKING and intent.started_at:
        return desk.now - intent.started_at > DIED_AFTER
    return intent.state == Intent.State.UNKNOWN


def tell(desk: Desk, key: str) -> Told:
    """The outcome of the login's own change, looked for where it is not known. Raises IntentRefused.

    An API that does not answer leaves the outcome as open as it is.
    """
    intent = writes.find_intent(desk, key)
    finder = FINDERS.get(intent.action) if _lost(desk, intent) else None
    try:
        outcome, answers = (finder(desk, intent) if finder else writes.outcome_of(intent)), True
    except WelkinError:
        outcome, answers = writes.outcome_of(intent), False
    return Told(
        outcome=outcome,
        action=intent.action,
        event_id=_id(outcome, "event"),
        patient_id=_id(outcome, "patient"),
        clinician_id=_id(outcome, "clinician"),
        late=bool(intent.started_at and desk.now - intent.started_at > timedelta(seconds=settings.SETTLE_SECONDS)),
        api_answers=answers,
    )


def _id(outcome: Outcome, name: str) -> UUID | None:
    told = outcome.facts.get(name)
    return UUID(told) if told else None
