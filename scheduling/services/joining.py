"""One more patient for a group session that has a place left (design 9).

The API counts no places, and whoever changes the list of people replaces it whole (welkin-api 7.3): two who add
somebody at once would each take the other out again. So one change of a session is under way at a time; it is read once
more as the last thing before the write (`changing.last_look`; a move that sends the list does the same), and after it,
so that what others did in Welkin in the same moment is told.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from scheduling.domain import group, rules
from scheduling.domain.conflict import Conflict, ConflictKind, Placement
from scheduling.domain.event import Event, Role
from scheduling.domain.occupancy import occupied
from scheduling.welkin import EventChange, ParticipantChange

from . import changing, merging, overlaps, placing, writes
from .changing import Act, Done, in_turn
from .changing import OthersUnderWay as OthersUnderWay
from .desk import Desk
from .placing import Checked, Place
from .writes import Change

JOIN, TAKE_OUT = "appointment.join", "appointment.take_out"
# Who else joined since is no reason to ask again: the places are counted anew.
JOIN_SEES = ("when", "host", "type", "status")
# The session stands where it is: that its clinician is busy with it, or outside hours, is nothing new.
STANDS_AGAINST = frozenset({ConflictKind.CLOSURE, ConflictKind.HOLIDAY, ConflictKind.LEAVE, ConflictKind.PATIENT_BUSY})


@dataclass(frozen=True, slots=True)
class Join:
    """Who should take part in which session. `seen` is the form's version token, `reason` says why all the same."""

    event_id: UUID
    patient_id: UUID
    seen: str
    reason: str = ""


def session(desk: Desk, event_id: UUID) -> Event:
    """The session, for somebody who may book for its host: one call. Raises NotAllowed, NotFound, WelkinError."""
    event = changing.read(desk, event_id)
    changing.require_on(desk, "appointment.book", event)
    return event


def placement_of(desk: Desk, event: Event, patient_id: UUID) -> Placement:
    """The session's own time for this patient. It is given itself, so that it never stands in its own way."""
    owner = changing.owner_of(event)
    when = occupied(event, desk.clinic_zone)
    return Placement(when, (owner,) if owner else (), (patient_id,), event.id, event.type)


def check(desk: Desk, event: Event, patient_id: UUID) -> Checked:
    """What stands against this patient's coming: their other visits, its host's leave, a closure. Two calls.

    Raises NotFound for an unknown host, WelkinError.
    """
    checked = placing.check(desk, placement_of(desk, event, patient_id))
    return replace(checked, conflicts=tuple(filter(_mattering(patient_id), checked.conflicts)))


def _mattering(patient_id: UUID) -> Callable[[Conflict], bool]:
    """Whether a conflict stands against this patient's joining a session that is there already."""
    claimed = (ConflictKind.CLAIMED, patient_id)
    return lambda found: found.kind in STANDS_AGAINST or (found.kind, found.person_id) == claimed


def joining_change(event: Event, patient_id: UUID) -> EventChange:
    """The list of people as it was read and one more; what is known of those who are in it is not sent."""
    kept = [ParticipantChange.of(row) for row in event.participants]
    return EventChange(participants=(*kept, ParticipantChange(patient_id, Role.PATIENT)))


def _judge(desk: Desk, event: Event, wish: Join) -> None:
    changing.compare(event, wish.seen, JOIN_SEES)
    changing.allow(lambda visit, now: group.joinable(visit, wish.patient_id, now), event, desk.now)


def _facts(after: Event, wish: Join, over: list[str]) -> dict[str, object]:
    """What stood against it, and what others did in the same moment: more patients than places, ours taken out."""
    capacity = group.capacity_of(after)
    too_many = max(0, group.places_taken(after) - capacity) if capacity else 0
    return {"over": over, "too_many": too_many, "missing": not after.involves(wish.patient_id)}


@in_turn
def join(desk: Desk, intent: str, wish: Join) -> Done:
    """Add a patient to a group session. Everybody who takes part keeps their row, answer and attendance.

    `facts["too_many"]` and `facts["missing"]` tell what the session was when it was read again afterwards. Raises
    NotAllowed, AppointmentChanged, NotPossible (full, over, in it already), PlacementRejected, OthersUnderWay,
    NotFound, IntentRefused, WelkinError.
    """
    since = writes.mark_of(desk, wish.event_id)
    event = merging.latest(desk, session(desk, wish.event_id))
    mine = (wish.patient_id,)
    place = Place(desk, placement_of(desk, event, wish.patient_id), wish.reason, keep=_mattering(mine[0]), people=mine)

    def judge() -> None:
        _judge(desk, event, wish)
        place.accept()

    def send() -> Event:
        fresh = changing.last_look(desk, event)
        _judge(desk, fresh, wish)
        answered = desk.client.events.change(wish.event_id, joining_change(fresh, wish.patient_id))
        return changing.read_again(desk, answered)

    reason = wish.reason.strip()
    content = {"patient": wish.patient_id, "reason": reason}
    beside = tuple(row.person_id for row in event.participants)
    change = Change(JOIN, mine, wish.event_id, ("people",), reason, content, place.wanted, since, beside=beside)
    act = Act(send, lambda after: _facts(after, wish, place.over))
    return changing.once(desk, intent, change, judge, act, event, overlaps.looking(desk, mine))


@in_turn
def take_out(desk: Desk, intent: str, event_id: UUID, patient_id: UUID, *, seen: str) -> Done:
    """Take a patient out of a group session again; everybody else keeps their row. For the undo of a join alone.

    Who else joined since stays. Raises NotAllowed, AppointmentChanged (also where the patient is not in it any more),
    NotPossible, OthersUnderWay, NotFound, IntentRefused, WelkinError.
    """
    since = writes.mark_of(desk, event_id)
    event = merging.latest(desk, session(desk, event_id))

    def judge(visit: Event) -> None:
        changing.compare(visit, seen, JOIN_SEES)
        changing.allow(rules.answerable, visit, desk.now)
        changing.allow(lambda known, _: rules.replaceable(known), visit, desk.now)
        if not visit.involves(patient_id):
            raise changing.AppointmentChanged(visit, ("people",))

    def send() -> Event:
        fresh = changing.last_look(desk, event)
        judge(fresh)
        kept = [ParticipantChange.of(row) for row in fresh.participants if row.person_id != patient_id]
        return desk.client.events.change(event_id, EventChange(participants=tuple(kept)))

    content, beside = {"patient": patient_id}, tuple(row.person_id for row in event.participants)
    change = Change(TAKE_OUT, (patient_id,), event_id, ("people",), content=content, since=since, beside=beside)
    return changing.once(desk, intent, change, lambda: judge(event), Act(send), event)
