"""What came of a change whose answer was not clear, and finding it out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from scheduling.domain.claim import carries, marker_of
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.ledger.models import AuditRecord, Claim, Intent
from scheduling.welkin import PatientKey
from scheduling.welkin.errors import NotFound, WelkinError

from . import evidence, lately, mirror, noticing, steps, user_admin, work_hours, writes
from .calendar import widened
from .desk import Desk
from .writes import Change, Ending, Outcome

ASK_LEAVE = "leave.ask"
# Leave is asked for at most 300 days ahead, and lasts as long as the form lets it.
LEAVE_REACH = timedelta(days=700)


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
    user_id: UUID | None = None
    late: bool = False
    api_answers: bool = True

    @property
    def open(self) -> bool:
        return self.outcome.ending in (Ending.UNKNOWN, Ending.WORKING)


def find_out(desk: Desk, intent: Intent) -> Outcome:
    """Look for the visit of a create whose answer was lost; the outcome stays unknown until it is seen.

    That it is not there yet proves nothing (an effect may come late), so nothing is ever called failed here.
    """
    event = created(desk, intent)
    return noticing.confirm_found(desk, intent, event, "found by marker") if event else writes.outcome_of(intent)


def created(desk: Desk, intent: Intent) -> Event | None:
    """The visit that this intent made, by its marker; None where none is there. One call, or two.

    Not every tenant's API keeps an `externalId`, and one that lags may not find by it yet what its list shows already:
    what is not found so is looked for in the calendars of those whose time the intent claims.
    """
    try:
        return desk.client.events.read_by_external_id(marker_of(intent.key))
    except NotFound:
        found = made_by(desk, intent)
    return found[0] if found else None


def made_by(desk: Desk, intent: Intent) -> list[Event]:
    """All visits with this intent's marker around its time, cancelled ones too, oldest first: one find."""
    people, window = _whereabouts(intent)
    if not people or window is None:
        return []
    listed = desk.client.events.find(window, participant_ids=people, include_cancelled=True, fresh=True)
    marked = [event for event in listed.rows if carries(event, intent.key)]
    return sorted(marked, key=lambda event: (event.created_at or desk.now, str(event.id)))


def _whereabouts(intent: Intent) -> tuple[list[UUID], Interval | None]:
    """In whose calendars, and when, the event may stand. Leave that is asked for claims none: any ahead may be it."""
    rows = list(Claim.objects.filter(intent=intent.key))
    if rows:
        window = Interval(min(row.starts_at for row in rows), max(row.ends_at for row in rows))
        return sorted({row.resource for row in rows}), widened(window)
    asked = AuditRecord.objects.filter(intent=intent.key, phase="requested").first()
    if intent.action != ASK_LEAVE or asked is None or intent.started_at is None:
        return [], None
    return ids_of(asked.people), widened(Interval(intent.started_at, intent.started_at + LEAVE_REACH))


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
    change = Change(intent.action, tuple(ids_of(asked.people)), event_id, tuple(asked.fields))
    facts = {"event": str(event_id)}
    if event:
        facts = noticing.found_facts(event, steps.seen_left(intent.key, event))
        lately.remember_event(desk, event)
    return writes.settle(desk, intent.key, change, Ending.CONFIRMED, facts, "found by content")


CHANGES = (
    "appointment.move",
    "appointment.edit",
    "appointment.join",
    "appointment.take_out",
    "appointment.cancel",
    "appointment.mark",
    "appointment.unmark",
    "appointment.attend",
    "appointment.delete",
    "appointment.restore",
    "appointment.withdraw",
    "invitation.answer",
)
FINDERS: dict[str, Callable[[Desk, Intent], Outcome]] = {
    "appointment.book": find_out,
    ASK_LEAVE: find_out,
    "patient.create": find_patient_out,
    work_hours.SET: work_hours.find_out,
    user_admin.CREATE: user_admin.find_out,
    user_admin.CHANGE: user_admin.find_out,
    **dict.fromkeys(CHANGES, find_change_out),
}


def is_lost(desk: Desk, intent: Intent) -> bool:
    """Whether nobody is going to learn the outcome by waiting for the answer."""
    if intent.state == Intent.State.WORKING and intent.sent_at:
        return bool(intent.lease_until and desk.now > intent.lease_until)
    return intent.state == Intent.State.UNKNOWN


def tell(desk: Desk, key: str) -> Told:
    """The outcome of the login's own change, looked for where it is not known. Raises IntentRefused.

    An API that does not answer leaves the outcome as open as it is.
    """
    intent = writes.find_intent(desk, key)
    finder = FINDERS.get(intent.action) if is_lost(desk, intent) else None
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
        user_id=_id(outcome, "user"),
        late=bool(intent.started_at and desk.now - intent.started_at > timedelta(seconds=settings.SETTLE_SECONDS)),
        api_answers=answers,
    )


def ids_of(texts: Iterable[str]) -> list[UUID]:
    """The ids among these texts of the audit trail; an empty one is none."""
    return [UUID(text) for text in texts if text]


def _id(outcome: Outcome, name: str) -> UUID | None:
    told = outcome.facts.get(name)
    return UUID(told) if told else None
