"""What all changes of a visit share: who may, what was seen, what its status allows, and doing it once.

The order is always the same: the right, the fresh visit, what the person had seen, the rule of the domain, and only
then the choke point (`writes.perform`). A form that was sent before skips the checks: its own effect would fail them.
One change of a visit is under way at a time, and one that was judged by a visit which another change of ours has
altered since is judged again, so that between our own workers no update is ever lost (design 5.5).
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import structlog

from scheduling.domain.event import Event
from scheduling.domain.rules import Reason
from scheduling.welkin import time_left
from scheduling.welkin.errors import WelkinError

from . import audit_reads, lately, merging, steps, versions, writes
from .desk import Desk, NotAllowed
from .notsent import LedgerBusy
from .writes import Change, EditOpen, Ending, NotSent, Outcome, Overtaken

log = structlog.get_logger("daybook.changes")

Rule = Callable[[Event, datetime], Reason | None]


class NotPossible(NotSent):
    """The visit's status or time does not allow this. `reason` is the domain's code."""

    def __init__(self, reason: Reason, event: Event) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.event = event


class AppointmentChanged(NotSent):
    """The visit is no longer what the form showed. `parts` says what differs, `event` is the visit as it is now."""

    def __init__(self, event: Event, parts: tuple[str, ...]) -> None:
        super().__init__(", ".join(parts))
        self.event = event
        self.parts = parts


class OthersUnderWay(AppointmentChanged):
    """Another change of the visit is open, so that nobody can say yet who is in it. `event` is it as it was read."""

    def __init__(self, event: Event) -> None:
        super().__init__(event, ("people",))


class NothingToChange(Exception):
    """The form asks for what is already so."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a change ended. `event` is the visit as the API answered; None where it did not (or for a replay)."""

    outcome: Outcome
    event: Event | None = None

    @property
    def confirmed(self) -> bool:
        return self.outcome.confirmed

    @property
    def open(self) -> bool:
        """Not known yet: the checking card is to be shown."""
        return self.outcome.ending in (Ending.UNKNOWN, Ending.WORKING)

    @property
    def event_id(self) -> UUID | None:
        told = self.outcome.facts.get("event")
        return UUID(told) if told else None


def _no_facts(_: Event) -> Mapping[str, Any]:
    return {}


@dataclass
class Act:
    """One call of the API that changes a visit, keeping what it answered. `facts` are added to the outcome's."""

    call: Callable[[], Event | None]
    facts: Callable[[Event], Mapping[str, Any]] = field(default=_no_facts)
    about: UUID | None = None
    event: Event | None = None

    def __call__(self) -> Mapping[str, Any]:
        self.event = self.call()
        if self.event is None:
            return {"event": str(self.about or "")}
        updated = {"updated": self.event.updated_at.isoformat()} if self.event.updated_at else {}
        seen = {steps.SEEN: versions.version(self.event)}
        return {"event": str(self.event.id), **updated, **seen, **self.facts(self.event)}


def owner_of(event: Event) -> UUID | None:
    """Whose calendar the visit stands in: the host's, else that of the first member of staff."""
    return event.host_id or next((row.person_id for row in event.staff), None)


def calendars_of(event: Event) -> set[UUID]:
    """All in whose calendars the visit stands: who may see one of them may see it."""
    return {row.person_id for row in event.staff} | ({event.host_id} if event.host_id else set())


def may_see(desk: Desk, event: Event) -> bool:
    """Whether the login may see who and what, and not only that somebody is busy."""
    return any(desk.may("calendar.names", person) for person in calendars_of(event))


def require_names(desk: Desk, event: Event) -> None:
    """Raise NotAllowed unless the login may see who and what: before anything of the visit itself is shown."""
    if not may_see(desk, event):
        raise NotAllowed("calendar.names")


def require_on(desk: Desk, action: str, event: Event) -> None:
    """Raise NotAllowed unless the login may do this with the calendar that the visit stands in."""
    owner = owner_of(event)
    if not may_see(desk, event) or not desk.may(action, owner):
        raise NotAllowed(action)


def read(desk: Desk, event_id: UUID) -> Event:
    """One visit with all that it holds: one call. Raises NotAllowed, NotFound, WelkinError."""
    event = desk.client.events.read(event_id)
    require_names(desk, event)
    return event


def look(desk: Desk, event_id: UUID) -> Event:
    """One visit for its page, which is written down where it shows patients. Raises as `read` does, and LedgerBusy."""
    event = read(desk, event_id)
    audit_reads.visit(desk, event)
    return event


@dataclass(frozen=True, slots=True)
class Begun:
    """A visit that is about to be changed, as it was read after `since`, the `writes.mark_of` it."""

    event: Event
    since: int


def begin(desk: Desk, event_id: UUID) -> Begun:
    """The visit for a change, and the mark by which the change will know whether another one came between.

    Raises NotAllowed, NotFound, WelkinError.
    """
    since = writes.mark_of(desk, event_id)
    return Begun(merging.latest(desk, read(desk, event_id)), since)


def last_look(desk: Desk, event: Event) -> Event:
    """The visit once more, as the last thing before its list of people is sent: one call.

    It is to be compared with what was seen: the API replaces that list whole (welkin-api 7.3), so that whoever was
    added in Welkin itself since it was read would be taken out. Of our own changes there is no other under way, and
    the last one is laid over a read that lags behind it (reliability F25).
    """
    return merging.latest(desk, desk.client.events.read(event.id))


def read_again(desk: Desk, answered: Event) -> Event:
    """The visit as it is after a write that went through.

    What the API answered to the write counts where the visit cannot be read now, or the reading lags behind it.
    """
    try:
        event = desk.client.events.read(answered.id)
    except WelkinError:
        return answered
    lags = event.updated_at and answered.updated_at and event.updated_at < answered.updated_at
    return answered if lags else event


def compare(event: Event, seen: str, parts: Iterable[str]) -> None:
    """Raise AppointmentChanged where one of the parts is no longer as it was seen."""
    different = versions.changed(seen, event, parts)
    if different:
        raise AppointmentChanged(event, different)


def allow(rule: Rule, event: Event, now: datetime) -> None:
    """Raise NotPossible where the rule gives a reason why not."""
    reason = rule(event, now)
    if reason:
        raise NotPossible(reason, event)


def once(
    desk: Desk,
    intent: str,
    change: Change,
    check: Callable[[], None],
    act: Act,
    event: Event | None = None,
    after: Callable[[Event], None] | None = None,
) -> Done:
    """Check, then do it through the choke point; a form that was sent before gets its first outcome instead.

    A check that fails only because the same form's first submit has had its effect meanwhile is no failure. `event` is
    the visit that is changed, kept for an undo; `after` is told of the one that the API answered. Raises whatever
    `check` raises, OthersUnderWay, Overtaken, IntentRefused, LedgerBusy, WelkinError.
    """
    change = change if change.was or event is None else replace(change, was=_was(change, event))
    if writes.earlier(desk, intent) is None:
        try:
            check()
        except (NotPossible, AppointmentChanged, NothingToChange, PlacementRejected):
            if writes.earlier(desk, intent) is None:
                raise
    try:
        outcome = writes.perform(desk, intent, change, partial(_acted, desk, change, act))
    except EditOpen as other:
        if other.working or event is None:
            raise
        raise OthersUnderWay(event) from None
    if outcome.confirmed and not outcome.replayed and after and act.event is not None:
        after(act.event)
    return Done(outcome, act.event)


def _was(change: Change, event: Event) -> steps.Was:
    return steps.Was(event, change.people, str(change.content.get("answer", "")), change.reason)


def _acted(desk: Desk, change: Change, act: Act) -> Mapping[str, Any]:
    """Do it, and remember the answer before the visit is given free for the next change."""
    facts = act()
    _remember(desk, act)
    return facts if desk.undoes is None else {**facts, "undo": True}


def _remember(desk: Desk, act: Act) -> None:
    """Lay what the API answered over readings that lag behind."""
    if act.event is not None:
        lately.remember_event(desk, act.event)
    elif act.about is not None:
        lately.forget_event(desk, act.about)


P = ParamSpec("P")
T = TypeVar("T")
# How often a change is judged again because another one of the same visit came first, and how long one waits for it.
TURNS, TURN = 30, 0.1
# Seconds that a change of a visit needs from its first read on.
ENOUGH = 2.0


def in_turn(change: Callable[P, T]) -> Callable[P, T]:
    """A change of a visit that waits for another one which is being saved, and judges again what that one altered.

    Raises LedgerBusy where others follow one upon the other, and what `change` raises.
    """

    @wraps(change)
    def taking_turns(*args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(TURNS):
            left = time_left()
            if left is not None and left < ENOUGH:
                break  # what is begun now could not be ended in this page's time
            try:
                return change(*args, **kwargs)
            except Overtaken:
                continue
            except EditOpen:
                time.sleep(TURN)  # the lock is the edit row; this only paces how often it is asked for
        raise LedgerBusy("other changes of this visit follow one upon the other")

    return taking_turns


class PlacementRejected(NotSent):
    """Something stands against the place and nobody with the right said "all the same". `checked` says what."""

    def __init__(self, checked: Any) -> None:
        super().__init__("placement rejected")
        self.checked = checked
