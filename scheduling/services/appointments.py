"""Booking, moving and editing visits. Each function takes the form's intent and goes through the choke point.

None of them ever relies on the API to refuse an overlap: it does not (welkin-api 7.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from scheduling.domain import group, rules
from scheduling.domain.claim import MARKER, marker_of
from scheduling.domain.conflict import Placement
from scheduling.domain.event import Answer, Event, Role
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, leave_state
from scheduling.welkin import UNSET, EventChange, NewEvent, ParticipantChange

from . import changing, merging, overlaps, placing, steps, versions
from .changing import Act, AppointmentChanged, Done, NothingToChange, in_turn
from .desk import Desk
from .notsent import NotSent
from .placing import Place
from .sealing import seal
from .wishes import WISHES as WISHES
from .wishes import Wish as Wish
from .writes import Change

SHORTEST_MINUTES, LONGEST_MINUTES = 10, 240
MINUTE = timedelta(minutes=1)

MOVE_SEES = ("when", "host", "people", "status")
DETAILS = versions.DETAILS
# A group session's places: offered first, and the most that can be asked for here.
USUAL_PLACES, MOST_PLACES = 8, 100


class WrongPlaces(NotSent):
    """Fewer places than patients who take part already (`taken` of them), or more than MOST_PLACES."""

    def __init__(self, taken: int) -> None:
        super().__init__(str(taken))
        self.taken = taken


@in_turn
def book(desk: Desk, intent: str, wish: Wish, *, reason: str = "") -> Done:
    """Book a visit. `reason` says why it is booked although something stands against it.

    Raises NotAllowed, PlacementRejected, NotFound (a clinician), IntentRefused, WelkinError.
    """
    desk.require("appointment.book", *wish.clinician_ids)
    place = Place(desk, wish.placement, reason)
    change = Change(
        "appointment.book",
        (*wish.clinician_ids, *wish.patient_ids),
        reason=reason.strip(),
        content={**wish.content, "reason": reason},
        wanted=place.wanted,
        sealed=seal(WISHES.dump_python(wish, mode="json")),
        was=steps.Was(wish.event),
    )
    act = Act(lambda: create(desk, intent, wish), lambda _: {"over": place.over})
    return changing.once(desk, intent, change, place.accept, act, after=overlaps.looking(desk, place.people))


def create(desk: Desk, intent: str, wish: Wish) -> Event:
    """Make the visit through the API, with the marker by which it is found again in both places where one may stand.

    For the choke point alone. Raises NotFound (the host), Refused, Unknown, WelkinError.
    """
    host = placing.users_of(desk, wish.clinician_ids[:1])[0]
    return desk.client.events.create(
        NewEvent(
            when=wish.when,
            host_id=host.id,
            participants=wish.participants,
            title=wish.title,
            type=wish.type,
            mode=wish.mode,
            description=wish.description,
            timezone=host.timezone or str(desk.clinic_zone),
            external_id=marker_of(intent),
            additional={**wish.additional, MARKER: marker_of(intent)},
        )
    )


@dataclass(frozen=True, slots=True)
class Move:
    """Where a visit should go. `seen` is the version token of the form.

    `back` is for the undo of a move: the visit as it was before it, with its people and what they had answered.
    """

    event_id: UUID
    to: Interval
    host_id: UUID
    seen: str
    reason: str = ""
    back: Event | None = None


def placement_of(event: Event, to: Interval, host_id: UUID) -> Placement:
    """The visit at another time, with another host in the place of the present one."""
    others = tuple(row.person_id for row in event.staff if row.person_id not in (event.host_id, host_id))
    patients = tuple(row.person_id for row in event.patients)
    return Placement(to, (host_id, *others), patients, event.id, event.type)


def staff_moved(event: Event) -> tuple[UUID, ...]:
    """In whose calendars the visit stands: the right to move it is asked for with each of them.

    Leave is its host's time alone, whoever else is asked about it (welkin-api 7.1).
    """
    others = tuple(row.person_id for row in event.staff if not event.is_leave)
    return tuple(dict.fromkeys((*([event.host_id] if event.host_id else []), *others)))


def may_move(desk: Desk, event: Event) -> bool:
    """Whether the login may move it in everybody's calendar, and not only in its host's."""
    return changing.may_see(desk, event) and desk.may_all("appointment.move", staff_moved(event))


def _answers_fall(event: Event, move: Move) -> bool:
    """Answers were given for a time; those to leave for a person, too: nobody has granted it to another one."""
    return move.to != event.when or (event.is_leave and move.host_id != event.host_id)


def _asked_of(event: Event, host_id: UUID) -> bool:
    """Whether anybody is asked about this leave once this person hosts it."""
    return any(row.person_id not in (event.host_id, host_id) for row in event.staff)


def _takes_time(event: Event, move: Move) -> bool:
    """Whether it takes its host's time where it goes: leave that has to be granted anew does not."""
    if not event.is_leave:
        return True
    if move.back is not None or not _answers_fall(event, move):
        return leave_state(move.back or event) is Use.LEAVE
    return not _asked_of(event, move.host_id)


def _moved_people(event: Event, move: Move) -> tuple[ParticipantChange, ...] | None:
    """The people of the moved visit: the new host in the old one's place, answers empty again where they fall.

    What else is known of them is not sent, so that what others note meanwhile stays. None where nothing is to be told.
    Back means the people and the answers of then: those were given for this very time.
    """
    if move.back is not None:
        ids, then = {row.person_id: row.id for row in event.participants}, move.back.participants
        return tuple(ParticipantChange(row.person_id, row.role, ids.get(row.person_id), row.answer) for row in then)
    asked_again = _answers_fall(event, move) and any(row.answer for row in event.participants)
    if move.host_id == event.host_id and not asked_again:
        return None
    answer = Answer.NONE if asked_again else UNSET
    kept = [row for row in event.participants if row.person_id == move.host_id or row.person_id != event.host_id]
    rows = tuple(ParticipantChange.of(row, answer=answer) for row in kept)
    present = any(row.person_id == move.host_id for row in kept)
    return rows if present else (ParticipantChange(move.host_id, Role.PSM), *rows)


def moving_change(event: Event, move: Move, host_zone: str | None) -> EventChange:
    """Only what changes. Raises NothingToChange."""
    told: dict[str, object] = {}
    if move.to != event.when:
        told["when"] = move.to
    if move.host_id != event.host_id:
        told |= {"host_id": move.host_id, "timezone": host_zone}
    if not told:
        raise NothingToChange
    people = _moved_people(event, move)
    if people is not None:
        told["participants"] = people
    return EventChange(**told)  # type: ignore[arg-type]


def _judge_move(desk: Desk, event: Event, wish: Move) -> None:
    changing.compare(event, wish.seen, MOVE_SEES if wish.back is None else (*MOVE_SEES, "answers"))
    changing.allow(rules.movable, event, desk.now)
    reassigned = wish.back is None and event.is_leave and wish.host_id != event.host_id
    if reassigned and not _asked_of(event, wish.host_id):
        raise changing.NotPossible(rules.Reason.NOBODY_ASKED, event)


@in_turn
def move(desk: Desk, intent: str, wish: Move) -> Done:
    """Move a visit to another time, another host or both; answers are asked for again when the time changes.

    Those to leave also when the host does; leave that nobody was asked about cannot be given to another one.

    It moves in every calendar that it stands in, so the right is needed with all of its staff and the new host.
    Where the list of people is sent, the visit is read and judged once more just before, so that nobody who was added
    meanwhile is taken out again. Raises NotAllowed, AppointmentChanged (OthersUnderWay too), NotPossible,
    NothingToChange, PlacementRejected, NotFound, IntentRefused, WelkinError.
    """
    begun = changing.begin(desk, wish.event_id)
    event = begun.event
    changing.require_on(desk, "appointment.move", event)
    desk.require("appointment.move", *staff_moved(event), wish.host_id)
    placement = placement_of(wish.back or event, wish.to, wish.host_id)
    place = Place(desk, placement, wish.reason)

    def check() -> None:
        _judge_move(desk, event, wish)
        moving_change(event, wish, None)
        place.accept()

    def send() -> Event:
        host = placing.users_of(desk, (wish.host_id,))[0]
        fresh = event
        if _moved_people(event, wish) is not None:
            fresh = changing.last_look(desk, event)
            _judge_move(desk, fresh, wish)
        change = moving_change(fresh, wish, host.timezone or str(desk.clinic_zone))
        return desk.client.events.change(wish.event_id, change)

    content = {"to": (wish.to.start, wish.to.end), "host": wish.host_id, "reason": wish.reason.strip()}
    fields = tuple(
        name for name, differs in (("when", wish.to != event.when), ("host", wish.host_id != event.host_id)) if differs
    )
    people = tuple(dict.fromkeys((*placement.clinician_ids, *placement.patient_ids, *staff_moved(event))))
    wanted = place.wanted if _takes_time(event, wish) else None
    change = Change(
        "appointment.move", people, wish.event_id, fields, wish.reason.strip(), content, wanted, begun.since
    )
    act = Act(send, lambda moved: _move_facts(event, moved, place.over, asked_again=wish.back is None))
    return changing.once(desk, intent, change, check, act, event, overlaps.looking(desk, place.people))


def _move_facts(before: Event, after: Event, over: list[str], *, asked_again: bool) -> dict[str, object]:
    """Where it was, and whose answer to the old time the API kept although it was asked to drop it."""
    moved = asked_again and (before.when != after.when or (before.is_leave and before.host_id != after.host_id))
    kept = [str(row.person_id) for row in after.participants if moved and row.answer]
    was = [before.when.start.isoformat(), before.when.end.isoformat()]
    return {"was": was, "was_host": str(before.host_id or ""), "kept_answers": kept, "over": over}


@dataclass(frozen=True, slots=True)
class Edit:
    """New words for a visit, by the names of `versions.WORDS`; `seen` is the version token of the form.

    Only what was changed in the form is sent. The places come as digits; an empty text takes the number away, so that
    nobody can join any more.
    """

    event_id: UUID
    fields: Mapping[str, str]
    seen: str

    @property
    def own(self) -> dict[str, str]:
        """What was changed in the form, whatever the visit is now: the same for each submit of it."""
        told = {name: versions.plain(name, text) for name, text in self.fields.items()}
        return {name: text for name, text in told.items() if not versions.is_as_seen(self.seen, name, text)}


def editing_change(event: Event, fields: Mapping[str, str]) -> tuple[EventChange, tuple[str, ...]]:
    """Only what differs, and the names of what does. Raises NothingToChange, WrongPlaces."""
    differing = {name: value for name, value in fields.items() if value != merging.now_of(event, name)}
    if not differing:
        raise NothingToChange
    kept = (*DETAILS, group.CAPACITY)
    told: dict[str, object] = {name: value for name, value in differing.items() if name not in kept}
    details: dict[str, object] = {name: value for name, value in differing.items() if name in kept}
    if details:
        told["additional"] = _additional(event, details)
    return EventChange(**told), tuple(differing)  # type: ignore[arg-type]


def _additional(event: Event, details: Mapping[str, object]) -> dict[str, object]:
    """What is kept beside the visit, with everything in it that others put there. Raises WrongPlaces."""
    told = {**event.additional, **details}
    if group.CAPACITY not in details:
        return told
    places = str(told.pop(group.CAPACITY))
    if places and not group.places_taken(event) <= int(places) <= MOST_PLACES:
        raise WrongPlaces(group.places_taken(event))
    return told | ({group.CAPACITY: int(places)} if places else {})


def _judge_edit(desk: Desk, event: Event, wish: Edit) -> EventChange:
    """What is to be sent. Raises NotPossible, AppointmentChanged (what both changed), NothingToChange, WrongPlaces."""
    changing.allow(editable, event, desk.now)
    found = merging.merge(event, wish.seen, wish.fields)
    if found.both:
        raise AppointmentChanged(event, found.both)
    change = editing_change(event, found.own)[0]
    if change.additional is not UNSET:
        changing.allow(lambda visit, _: rules.replaceable(visit), event, desk.now)
    return change


@in_turn
def edit(desk: Desk, intent: str, wish: Edit) -> Done:
    """Change the words of a visit: title, description, type, mode, location, remarks, link, a group's places.

    What others changed meanwhile stays, unless the form changed the same: then AppointmentChanged names these fields.
    The visit is read and judged once more just before the request leaves, so that a change that is made in Welkin
    itself is overwritten only if it comes within that one round trip, which is all that the API permits
    (reliability 4.2 C). `facts["stays"]` names what others changed, `facts["differs"]` what came back different.

    Raises NotAllowed, AppointmentChanged, NotPossible, NothingToChange, WrongPlaces, NotFound, IntentRefused,
    WelkinError.
    """
    begun = changing.begin(desk, wish.event_id)
    event = merging.latest(desk, begun.event)
    changing.require_on(desk, "appointment.edit", event)
    own, sent_over = wish.own, [event]

    def send() -> Event:
        fresh = sent_over[0] = merging.latest(desk, changing.last_look(desk, event))
        try:
            change = _judge_edit(desk, fresh, wish)
        except NothingToChange:
            return fresh  # somebody made it so in the same moment
        return desk.client.events.change(wish.event_id, change)

    def check() -> None:
        _judge_edit(desk, event, wish)

    people = tuple(row.person_id for row in event.participants)
    change = Change("appointment.edit", people, wish.event_id, tuple(own), content=own, since=begun.since)
    act = Act(send, lambda after: _edit_facts(wish, sent_over[0], after))
    return changing.once(desk, intent, change, check, act, event)


def _edit_facts(wish: Edit, before: Event, after: Event) -> dict[str, object]:
    """What others changed and stays, what came back otherwise than it was sent, and the digests of what was made."""
    own = wish.own
    return {
        "stays": list(merging.merge(before, wish.seen, wish.fields).stays),
        "differs": [name for name, text in own.items() if merging.now_of(after, name) != text],
        merging.MADE: {name: versions.digest_of(after, name) for name in own},
    }


def editable(event: Event, now: object) -> rules.Reason | None:
    """Words may be set right as long as the visit is not cancelled and its status is one we know."""
    if event.known_status is None:
        return rules.Reason.UNKNOWN_STATUS
    return None if event.live else rules.Reason.CANCELLED
