"""The parts of a run: what each kind asks for, how it is done through the service whose work it is, and what it leaves
for an undo to know.

A part never goes round a check: a visit that is no longer as it was seen, a place that is taken, a locked day, all stop
the part alone, and the report says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.ledger.models import RunPart
from scheduling.welkin.errors import NotFound, WelkinError

from . import appointments, changing, closing, hours_locks, impact, restoring, rotations, staying, versions, work_hours
from .changing import AppointmentChanged, Done, NothingToChange, NotPossible, PlacementRejected
from .desk import Desk, NotAllowed
from .hours_locks import HoursLocked
from .hours_plan import NotReadWhole, Plan, Step, content_of, draft_of
from .notsent import LedgerBusy
from .rotations import Noting
from .sealing import unseal
from .writes import Ending, IntentRefused, Outcome

Kind, State = RunPart.Kind, RunPart.State
# These are noted in our own tables alone: nothing of them goes to the API.
OWN = (Kind.KEEP, Kind.UNKEEP, Kind.TURNS)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as a report tells of it and as an undo puts it back: it was so when the run was asked for."""

    id: UUID
    title: str
    patients: tuple[str, ...]
    when: Interval
    host: UUID | None
    seen: str

    @classmethod
    def of(cls, event: Event) -> "Visit":
        patients = tuple(row.name for row in event.patients if row.name)
        return cls(event.id, event.title, patients, event.when, event.host_id, versions.version(event))


@dataclass(frozen=True, slots=True)
class Wish:
    """What one part asks for. `step` with HOURS, `turns` with TURNS, `visit` with all others.

    `person_id` and `cause` belong to KEEP and UNKEEP, `to` and `host` to MOVE. `failed`: known beforehand not to go.
    """

    kind: str
    visit: Visit | None = None
    step: Step | None = None
    person_id: UUID | None = None
    cause: str = ""
    reason: str = ""
    to: Interval | None = None
    host: UUID | None = None
    failed: str = ""
    turns: Noting | None = None


WISHES = TypeAdapter(Wish)


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a part: its state, a code for what stood against it, and what an undo needs."""

    state: str
    code: str = ""
    result: Mapping[str, Any] = field(default_factory=dict)
    error: WelkinError | None = None


def wish_of(part: RunPart) -> Wish:
    """What the part asks for. Raises NotReadable."""
    return WISHES.validate_python(unseal(part.sealed))


def do(desk: Desk, wish: Wish, intent: str) -> Came:
    """Do a part. Raises LedgerBusy, and WelkinError where nothing was sent: it may be tried again."""
    try:
        return DOING[wish.kind](desk, wish, intent)
    except LedgerBusy:
        raise
    except NothingToChange:
        return Came(State.DONE, "nothing")
    except NotFound:
        return Came(State.FAILED, "gone")
    except HoursLocked as stopped:
        return Came(State.FAILED, "locked", {"lock": stopped.lock.id})
    except tuple(WHY) as stopped:
        return Came(State.FAILED, WHY[type(stopped)])


# What stops a part for good; a page has the words.
WHY: dict[type[Exception], str] = {
    AppointmentChanged: "changed",
    changing.OthersUnderWay: "changed",
    PlacementRejected: "taken",
    NotPossible: "not_possible",
    NotAllowed: "not_allowed",
    NotReadWhole: "not_whole",
    rotations.NotAsBefore: "changed",
    IntentRefused: "not_known",
}


def of_outcome(outcome: Outcome) -> Came:
    """A change that went through the choke point, as the part's state."""
    if outcome.confirmed:
        return Came(State.DONE, result=dict(outcome.facts))
    if outcome.ending is Ending.REFUSED:
        return Came(State.FAILED, "absent" if outcome.facts.get("absent") else "refused", error=outcome.error)
    return Came(State.WAITING if outcome.ending is Ending.MINTED else State.UNKNOWN)


def _hours(desk: Desk, wish: Wish, intent: str) -> Came:
    step = _given(wish.step)
    sheet = work_hours.to_change(desk, step.draft.clinician_id)
    if _was_changed(sheet, step):
        return Came(State.FAILED, "changed")
    hours_locks.require_open(desk, step.draft.clinician_id, impact.all_changed_days(sheet, Plan((step,)), desk.now))
    return of_outcome(work_hours.write(desk, intent, step))


def _was_changed(sheet: work_hours.Sheet, step: Step) -> bool:
    """Whether somebody changed the record since the plan was made, in Welkin or in another window."""
    if step.record is None:
        return False
    now = sheet.record(step.record.id)
    return content_of(draft_of(now)) not in (content_of(draft_of(step.record)), content_of(step.draft))


def _keep(desk: Desk, wish: Wish, intent: str) -> Came:
    visit = _given(wish.visit)
    staying.keep(desk, intent, visit.id, _given(wish.person_id), wish.cause, wish.reason)
    return Came(State.DONE)


def _unkeep(desk: Desk, wish: Wish, intent: str) -> Came:
    visit = _given(wish.visit)
    staying.unkeep(desk, intent, visit.id, _given(wish.person_id), wish.cause)
    return Came(State.DONE)


def _turns(desk: Desk, wish: Wish, intent: str) -> Came:
    rotations.keep(desk, intent, _given(wish.turns))
    return Came(State.DONE)


def _move(desk: Desk, wish: Wish, intent: str) -> Came:
    visit = _given(wish.visit)
    move = appointments.Move(visit.id, _given(wish.to), _given(wish.host), visit.seen)
    return _visited(appointments.move(desk, intent, move))


def _cancel(desk: Desk, wish: Wish, intent: str) -> Came:
    visit = _given(wish.visit)
    return _visited(closing.cancel(desk, intent, visit.id, seen=visit.seen, reason=wish.reason))


def _restore(desk: Desk, wish: Wish, intent: str) -> Came:
    visit = _given(wish.visit)
    return _visited(restoring.restore(desk, intent, visit.id, seen=visit.seen))


def _visited(done: Done) -> Came:
    came = of_outcome(done.outcome)
    seen = {"seen": versions.version(done.event)} if done.event else {}
    return Came(came.state, came.code, {**came.result, **seen}, came.error)


DOING: dict[str, Callable[[Desk, Wish, str], Came]] = {
    Kind.HOURS: _hours,
    Kind.KEEP: _keep,
    Kind.UNKEEP: _unkeep,
    Kind.TURNS: _turns,
    Kind.MOVE: _move,
    Kind.CANCEL: _cancel,
    Kind.RESTORE: _restore,
}


def after_all(desk: Desk, wish: Wish, came: Came) -> Came:
    """A visit's change that was found out later, with the version that an undo compares: one call.

    Where the visit is by now somewhere else, an undo shall find it changed.
    """
    if wish.visit is None or came.state != State.DONE or wish.kind in OWN or "seen" in came.result:
        return came
    try:
        event = desk.client.events.read(wish.visit.id)
    except WelkinError:
        return came
    as_asked = wish.kind != Kind.MOVE or (event.when, event.host_id) == (wish.to, wish.host)
    return Came(came.state, came.code, {**came.result, **({"seen": versions.version(event)} if as_asked else {})})


def _given(value: Any) -> Any:
    """What this kind of part always has. Raises NotFound for a part that was kept without it."""
    if value is None:
        raise NotFound("the part was not kept whole")
    return value
