"""What all changes of a visit share: who may, what was seen, what its status allows, and doing it once.

The order is always the same: the right, the fresh visit, what the person had seen, the rule of the domain, and only
then the choke point (`writes.perform`). A form that was sent before skips the checks: its own effect would fail them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from scheduling.domain.event import Event
from scheduling.domain.rules import Reason
from scheduling.welkin.errors import WelkinError

from . import versions, writes
from .desk import Desk, NotAllowed
from .writes import Change, Ending, NotSent, Outcome

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
        return {"event": str(self.event.id), **self.facts(self.event)}


def owner_of(event: Event) -> UUID | None:
    """Whose calendar the visit stands in: the host's, else that of the first member of staff."""
    return event.host_id or next((row.person_id for row in event.staff), None)


def may_see(desk: Desk, event: Event) -> bool:
    """Whether the login may see who and what, and not only that somebody is busy."""
    people = {row.person_id for row in event.staff} | ({event.host_id} if event.host_id else set())
    return any(desk.may("calendar.names", person) for person in people)


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


def last_look(desk: Desk, intent: str, event: Event) -> Event:
    """The visit once more, as the last thing before its list of people is sent: one call.

    It is to be compared with what was seen: the API replaces that list whole (welkin-api 7.3), so that whoever was
    added since it was read would be taken out.
    Asked from inside an `act`, so that of two that begin at once at least one sees the other (`writes.under_way`).
    Raises OthersUnderWay, NotFound, WelkinError.
    """
    if writes.under_way(desk, intent, event.id, timedelta(seconds=settings.SETTLE_SECONDS)):
        raise OthersUnderWay(event)
    return desk.client.events.read(event.id)


def read_again(desk: Desk, answered: Event) -> Event:
    """The visit as it is after a write that went through; what the API answered to it where it cannot be read now."""
    try:
        return desk.client.events.read(answered.id)
    except WelkinError:
        return answered


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


def once(desk: Desk, intent: str, change: Change, check: Callable[[], None], act: Act) -> Done:
    """Check, then do it through the choke point; a form that was sent before gets its first outcome instead.

    A check that fails only because the same form's first submit has had its effect meanwhile is no failure.
    Raises whatever `check` raises, IntentRefused, WelkinError.
    """
    if writes.earlier(desk, intent) is None:
        try:
            check()
        except (NotPossible, AppointmentChanged, NothingToChange, PlacementRejected):
            if writes.earlier(desk, intent) is None:
                raise
    outcome = writes.perform(desk, intent, change, act)
    return Done(outcome, act.event)


class PlacementRejected(Exception):
    """Something stands against the place and nobody with the right said "all the same". `checked` says what."""

    def __init__(self, checked: Any) -> None:
        super().__init__("placement rejected")
        self.checked = checked
