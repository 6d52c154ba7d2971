"""Answers to invitations: what waits for one, and recording it.

An invitation waits when the visit is still to come and live, and a member of staff other than the host has not
answered (design 9). Coordinators record any answer in their teams, everybody else their own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from scheduling.accounts.permissions import Scope, scope_of
from scheduling.domain import rules
from scheduling.domain.event import Answer, Event, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, leave_state, occupied
from scheduling.welkin.errors import NotFound

from . import changing
from .changing import Act, Done
from .claims import Judged, Wanted
from .desk import Desk, NotAllowed
from .writes import Change

ANSWER_SEES = ("when", "status")
DAYS_AHEAD = (14, 30, 60)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody's answer that a visit waits for. Not `names`: the login sees when, but neither patient nor words."""

    event: Event
    row: Participant
    names: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits within so many days, by time. Not `sure`: something could not be read."""

    invitations: tuple[Invitation, ...]
    days: int
    read_at: datetime
    sure: bool = True


def may_answer_for(desk: Desk, event: Event, row: Participant) -> bool:
    """Whether this login may record this participant's answer. Nobody answers for the host: it is their own visit."""
    if row.person_id == event.host_id:
        return False
    if not row.is_patient:
        return desk.may("invitation.answer", row.person_id)
    wide = scope_of(desk.account, "invitation.answer") >= Scope.TEAM
    return wide and desk.may("invitation.answer", changing.owner_of(event))


def answered_for(desk: Desk) -> tuple[UUID, ...]:
    """The staff whose invitations this login looks after."""
    own = {desk.account.welkin_id} if desk.account.welkin_id else set()
    team = desk.kept_staff if scope_of(desk.account, "invitation.answer") >= Scope.TEAM else frozenset()
    return tuple(sorted(own | team, key=str))


def _waits(desk: Desk, event: Event, row: Participant) -> bool:
    open_yet = not row.answer.strip() and not row.is_patient and row.person_id != event.host_id
    return open_yet and event.when.start > desk.now and rules.answerable(event, desk.now) is None


def waiting(desk: Desk, days: int = DAYS_AHEAD[0]) -> Waiting:
    """What waits for an answer in the next days, at most 60: one read, in portions of 80 people.

    Raises NotAllowed, WelkinError.
    """
    window = Interval(desk.now, desk.now + timedelta(days=min(days, DAYS_AHEAD[-1])))
    found = desk.client.events.find(window, participant_ids=answered_for(desk))
    open_rows = tuple(
        Invitation(event, row, changing.may_see(desk, event))
        for event in found.rows
        for row in event.participants
        if _waits(desk, event, row) and may_answer_for(desk, event, row)
    )
    return Waiting(open_rows, days, desk.now, found.sure)


def answer(desk: Desk, intent: str, event_id: UUID, person_id: UUID, *, said: Answer, seen: str) -> Done:
    """Record what an invited person said; only their row changes (welkin-api 7.3).

    Raises NotAllowed, NotFound (also for somebody who is not invited), AppointmentChanged, NotPossible,
    IntentRefused, WelkinError.
    """
    event = desk.client.events.read(event_id)
    row = next((row for row in event.participants if row.person_id == person_id), None)
    if row is None:
        raise NotFound("not a participant")
    if not may_answer_for(desk, event, row):
        raise NotAllowed("invitation.answer")

    def check() -> None:
        changing.compare(event, seen, ANSWER_SEES)
        changing.allow(rules.answerable, event, desk.now)

    content = {"person": person_id, "answer": said}
    granted = _granted(desk, event, person_id, said)
    change = Change(
        "invitation.answer",
        (person_id,),
        event_id,
        ("answer",),
        content=content,
        wanted=granted,
        beside=tuple(row.person_id for row in event.participants),
    )
    send = Act(lambda: desk.client.events.answer(event_id, person_id, said), lambda _: {"answer": said.value})
    return changing.once(desk, intent, change, check, send)


def _granted(desk: Desk, event: Event, person_id: UUID, said: Answer) -> Callable[[], Wanted] | None:
    """The host's time, where this answer is the one that grants their leave; None where it takes no time.

    The visits that are there already stay and are told as stranded: the claim stands beside them (design 4).
    """
    rows = tuple(replace(row, answer=said) if row.person_id == person_id else row for row in event.participants)
    host = event.host_id
    if host is None or not event.is_leave or leave_state(replace(event, participants=rows)) is not Use.LEAVE:
        return None
    when = occupied(event, desk.clinic_zone)
    return lambda: Wanted((host,), when, event.id, lambda _: Judged(frozenset({host})))
