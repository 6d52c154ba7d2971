"""Answers to invitations: what waits for one, and recording it.

An invitation waits when the visit is still to come and live, and a member of staff other than the host has not
answered (design 9). Leave waits until it is over: it may be asked for on its first day, and granted while it lasts.
Coordinators record any answer in their teams, everybody else their own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from scheduling.accounts.permissions import Scope, scope_of
from scheduling.domain import rules
from scheduling.domain.event import Answer, Event, EventType, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, leave_state, occupied
from scheduling.domain.week import day_borders
from scheduling.welkin import Listing
from scheduling.welkin.errors import NotFound, WelkinError

from . import changing, merging, refusing, writes
from .calendar import widened
from .changing import Act, Done, in_turn
from .claims import Judged, Wanted
from .desk import Desk, NotAllowed
from .notsent import NotSent
from .writes import Change

GRANT = "leave.grant"
ANSWER_SEES = ("when", "status")
# Leave is asked for at most 300 days ahead: with the days around, five portions of a read.
REACH = 305
# How far visits of whole teams are looked for; one's own invitations, and leave, are always read as far as REACH.
DAYS_AHEAD = (14, 30, 60, REACH)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody's answer that a visit waits for. Not `names`: the login sees when, but neither patient nor words.

    `leave`: who may grant leave sees its title, too.
    """

    event: Event
    row: Participant
    names: bool
    leave: bool = False

    @property
    def concerns(self) -> UUID:
        """In whose day it lands: that of the invited person, for leave that of the one who asks for it."""
        return self.event.host_id if self.event.is_leave and self.event.host_id else self.row.person_id


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits, by time: visits up to the end of the day `until`, in so many `days`, and leave without an end.

    `found` is the reading that shows it: all events of `people` in `window`, so that nobody has to read them again.
    Not `sure`: something could not be read.
    """

    invitations: tuple[Invitation, ...]
    days: int
    until: datetime
    read_at: datetime
    found: Listing[Event]
    people: tuple[UUID, ...]
    window: Interval
    sure: bool = True

    @property
    def whole(self) -> bool:
        """Whether nothing can wait beyond it."""
        return self.days >= REACH


@dataclass(frozen=True, slots=True)
class Later:
    """How many answers visits wait for after `after`, the first of them on `first`. Not `sure`: there may be more."""

    count: int
    after: datetime
    first: datetime | None
    sure: bool


def may_answer_for(desk: Desk, event: Event, row: Participant) -> bool:
    """Whether this login may record this participant's answer. Nobody answers for the host: it is their own visit."""
    if row.person_id == event.host_id:
        return False
    if event.is_leave and row.person_id != desk.account.welkin_id and not desk.may(GRANT, event.host_id):
        return False  # a coordinator records answers to visits; leave is granted by those who were asked
    if not row.is_patient:
        return desk.may("invitation.answer", row.person_id)
    wide = scope_of(desk.account, "invitation.answer") >= Scope.TEAM
    return wide and desk.may("invitation.answer", changing.owner_of(event))


def sees_leave(desk: Desk, event: Event) -> bool:
    """Whether the login sees the title of this leave, because it may grant it."""
    return event.is_leave and event.host_id is not None and desk.may(GRANT, event.host_id)


def answered_for(desk: Desk) -> tuple[UUID, ...]:
    """The staff whose invitations this login looks after."""
    own = {desk.account.welkin_id} if desk.account.welkin_id else set()
    team = desk.kept_staff if scope_of(desk.account, "invitation.answer") >= Scope.TEAM else frozenset()
    return tuple(sorted(own | team, key=str))


def _waits(desk: Desk, event: Event, row: Participant) -> bool:
    open_yet = not row.answer.strip() and not row.is_patient and row.person_id != event.host_id
    ahead = event.is_leave or event.when.start > desk.now
    return open_yet and ahead and rules.answerable(event, desk.now) is None


def _open_rows(desk: Desk, events: Iterable[Event]) -> tuple[Invitation, ...]:
    return tuple(
        Invitation(event, row, changing.may_see(desk, event), sees_leave(desk, event))
        for event in sorted(events, key=lambda event: (event.when, event.id))
        for row in event.participants
        if _waits(desk, event, row) and may_answer_for(desk, event, row)
    )


def _ahead(desk: Desk, days: int) -> Interval:
    """From today to the end of the last of so many days, in the viewer's zone."""
    first, last = (moment.astimezone(desk.zone).date() for moment in (desk.now, desk.now + timedelta(days=days)))
    return Interval(day_borders(first, desk.zone)[0], day_borders(last, desk.zone)[1])


def own_only(desk: Desk) -> bool:
    """Whether the login answers for nobody but itself."""
    return scope_of(desk.account, "invitation.answer") < Scope.TEAM


def waiting(desk: Desk, days: int = DAYS_AHEAD[0]) -> Waiting:
    """What waits for an answer: leave as far ahead as it can be asked for, visits of teams in the next days.

    Who answers for nobody else gets all of it at once, which is their own calendar alone. A call for 80 people and 62
    days, and for somebody with a team the leave that they themselves are asked about. Raises NotAllowed, WelkinError.
    """
    desk.require_anyhow("invitation.answer")
    ids = answered_for(desk)
    days = REACH if own_only(desk) else min(days, REACH)
    when = _ahead(desk, days)
    window = widened(when)
    found = desk.client.events.find(window, participant_ids=ids)
    near = [event for event in found.rows if event.is_leave or event.when.start < when.end]
    far = _leave_after(desk, window.end, days)
    known = {event.id for event in near}
    rows = _open_rows(desk, [*near, *(event for event in far.rows if event.id not in known)])
    return Waiting(rows, days, desk.now + timedelta(days=days), desk.now, found, ids, window, found.sure and far.sure)


def _leave_after(desk: Desk, start: datetime, days: int) -> Listing[Event]:
    """Leave that the login itself is asked about, beyond what is read of its teams: nobody else may answer it."""
    own = [desk.account.welkin_id] if desk.account.welkin_id and days < REACH else []
    end = desk.now + timedelta(days=REACH)
    if not own or end <= start:
        return Listing(())
    return desk.client.events.find(Interval(start, end), participant_ids=own, type=EventType.LEAVE)


def later(desk: Desk, days: int) -> Later:
    """How many answers visits wait for after so many days: one read, in portions. Raises WelkinError."""
    end, until = _ahead(desk, min(days, REACH)).end, desk.now + timedelta(days=min(days, REACH))
    last = desk.now + timedelta(days=REACH)
    if last <= end:
        return Later(0, until, None, sure=True)
    found = desk.client.events.find(Interval(end, last), participant_ids=answered_for(desk))
    rows = _open_rows(desk, [event for event in found.rows if not event.is_leave and event.when.start >= end])
    return Later(len(rows), until, rows[0].event.when.start if rows else None, found.sure)


@in_turn
def answer(
    desk: Desk, intent: str, event_id: UUID, person_id: UUID, *, said: Answer, seen: str, instead_of: str | None = None
) -> Done:
    """Record what an invited person said; only their row changes (welkin-api 7.3). A No to leave cancels it as well.

    Of several answers to one leave each is judged by those before it, so that the one that grants it takes its time.
    `instead_of`: only while they have said this. Raises NotAllowed, NotFound (also for somebody who is not invited),
    AppointmentChanged, NotPossible, IntentRefused, LedgerBusy, WelkinError.
    """
    since = writes.mark_of(desk, event_id)
    event = merging.latest(desk, desk.client.events.read(event_id))
    row = next((row for row in event.participants if row.person_id == person_id), None)
    if row is None:
        raise NotFound("not a participant")
    if not may_answer_for(desk, event, row):
        raise NotAllowed("invitation.answer")

    def check() -> None:
        changing.compare(event, seen, ANSWER_SEES)
        changing.allow(rules.answerable, event, desk.now)
        if instead_of is not None and row.answer != instead_of:
            raise changing.AppointmentChanged(event, ("answers",))

    content = {"person": person_id, "answer": said}
    granted, no = _granted(desk, event, person_id, said), event.is_leave and said is Answer.NO
    change = Change(
        "invitation.answer",
        (person_id,),
        event_id,
        refusing.FIELDS if no else ("answer",),
        content=content,
        wanted=granted,
        since=since,
        beside=tuple(row.person_id for row in event.participants),
    )
    send = Act(lambda: desk.client.events.answer(event_id, person_id, said), lambda _: {"answer": said.value})
    done = changing.once(desk, intent, change, check, send, event)
    return _refused(desk, intent, event, done) if no and done.confirmed else done


def _refused(desk: Desk, intent: str, event: Event, done: Done) -> Done:
    """The leave cancelled as well. Where that does not come through, the No stands by itself and takes no time:
    pressing again repeats the cancel, and so does the worker (refusing.py).
    """
    try:
        ended = refusing.refuse(desk, intent, event)
    except (WelkinError, NotSent):
        return done
    return replace(done, event=ended.event or done.event)


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
