"""Leave: asking for it, and who has asked for what.

Leave is a LEAVE event that blocks its host alone. The manager is invited: until they have said Yes it is shown and
takes no time, so that asking claims none (docs/writes.md); their answer is `invitations.answer`. Somebody's leave would
count as granted if nobody were invited (design 4), so that nothing is asked for where no manager can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import Team
from scheduling.domain.claim import MARKER, marker_of
from scheduling.domain.event import Event, EventType, Participant
from scheduling.domain.event import Role as Part
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import Use, leave_state, occupied, use_of
from scheduling.domain.person import User
from scheduling.domain.rules import cancellable
from scheduling.domain.zone import find_zone
from scheduling.ledger.models import AuditRecord, Intent
from scheduling.welkin import NewEvent

from . import changing, claims, closing, lately, people
from .calendar import widened
from .changing import Act, Done, PlacementRejected, in_turn
from .claims import Wanted
from .cover import COVER, cover_of
from .desk import Desk, NotAllowed
from .versions import version
from .writes import Change, EditOpen, Ending, Overtaken

ASK, GRANT = "leave.ask", "leave.grant"
WITHDRAWN = "withdrawn"
# What the list of leave looks at: six portions of 62 days.
BACK, AHEAD = timedelta(days=62), timedelta(days=310)


class LeaveOverlaps(PlacementRejected):
    """The person has other leave in this time, granted or asked for: `leave` are the events."""

    def __init__(self, leave: tuple[Event, ...]) -> None:
        super().__init__(None)
        self.leave = leave


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom leave is asked, on which clock, and who may be invited to grant it or named as cover.

    `untied` are managers of the teams whose login is no Welkin user, so that nobody can invite them.
    """

    clinician: User
    zone: ZoneInfo
    managers: tuple[User, ...]
    untied: tuple[str, ...]
    colleagues: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """Leave that somebody wants. `when` is real time; with `all_day` it is whole local days of the clinician."""

    clinician_id: UUID
    manager_id: UUID
    when: Interval
    all_day: bool
    title: str
    note: str = ""
    cover_id: UUID | None = None

    @property
    def content(self) -> dict[str, object]:
        """What tells one request from another, for the intent."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Look:
    """What lies in the time of a wish: booked visits, by start, and other leave. Not `sure`: there may be more."""

    visits: tuple[Event, ...]
    leave: tuple[Event, ...]
    sure: bool


class State(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Leave:
    """One leave as the list tells it. `said_by` and `said_at`: who refused or granted, and when, where it is known."""

    event: Event
    when: Interval
    state: State
    over: bool
    said_by: UUID | None = None
    said_at: datetime | None = None

    @property
    def cover(self) -> UUID | None:
        return cover_of(self.event)


@dataclass(frozen=True, slots=True)
class Overview:
    """The leave that concerns a login, by start. Not `sure`: some could not be read."""

    leave: tuple[Leave, ...]
    names: Mapping[UUID, str] = field(default_factory=dict)
    sure: bool = True


def askable(desk: Desk) -> tuple[User, ...]:
    """For whom the login may ask: its own person, or the people of its teams."""
    ids = ({desk.account.welkin_id} if desk.account.welkin_id else set()) | desk.kept_staff
    users = people.by_ids(desk, {person for person in ids if desk.may(ASK, person)})
    return tuple(sorted(users.values(), key=lambda user: user.name))


def asking(desk: Desk, clinician_id: UUID) -> Asking:
    """Who may be asked and who may stand in. No call. Raises NotAllowed, NotFound."""
    desk.require(ASK, clinician_id)
    clinician = people.find_user(desk, clinician_id)
    logins = Account.objects.filter(role=Role.MANAGER, is_active=True, teams__in=_teams_of(desk, clinician_id))
    logins = logins.exclude(welkin_id=clinician_id).distinct().order_by("last_name", "username")
    tied = people.by_ids(desk, {login.welkin_id for login in logins if login.welkin_id})
    untied = tuple(login.display_name for login in logins if login.welkin_id not in tied)
    managers = tuple(sorted(tied.values(), key=lambda user: user.name))
    others = tuple(user for user in people.clinicians(desk) if user.id != clinician_id)
    return Asking(clinician, find_zone(clinician.timezone) or desk.clinic_zone, managers, untied, others)


def _teams_of(desk: Desk, clinician_id: UUID) -> list[int]:
    rows = Team.objects.filter(scope=desk.scope, members__welkin_id=clinician_id)
    return list(rows.values_list("pk", flat=True))


def look(desk: Desk, wish: Wish) -> Look:
    """What lies in the time that is asked for, our own last changes laid over: one call for 62 days.

    Raises WelkinError.
    """
    window, who = widened(wish.when), [wish.clinician_id]
    found = desk.client.events.find(window, participant_ids=who, fresh=True)
    rows = lately.laid_over(desk, found.rows, who, window, desk.now, cancelled=False)
    zone = desk.clinic_zone
    near = [event for event in rows if occupied(event, zone).overlaps(wish.when)]
    uses = [(event, use_of(event, wish.clinician_id)) for event in near]
    visits = tuple(event for event, use in uses if use is Use.VISIT)
    return Look(visits, tuple(event for event, use in uses if use in (Use.LEAVE, Use.PENDING_LEAVE)), found.sure)


@in_turn
def ask(desk: Desk, intent: str, wish: Wish) -> Done:
    """Ask for leave: one event with the manager invited, which takes no time before their Yes.

    One request of a person is under way at a time, so that of two for the same time the second one finds the first.
    Raises NotAllowed (also for somebody invited who may not grant), LeaveOverlaps, NotFound, IntentRefused,
    LedgerBusy, WelkinError.
    """
    told, since = asking(desk, wish.clinician_id), _mark(desk)
    if wish.manager_id not in {manager.id for manager in told.managers}:
        raise NotAllowed(GRANT)

    def check() -> None:
        found = look(desk, wish)
        if found.leave:
            raise LeaveOverlaps(found.leave)

    change = Change(
        ASK,
        (wish.clinician_id,),
        content=wish.content,
        wanted=lambda: _alone(desk, intent, wish, since),
        beside=(wish.manager_id,),
    )
    send = Act(lambda: desk.client.events.create(_event_of(wish, told, intent)))
    return changing.once(desk, intent, change, check, send)


def _mark(desk: Desk) -> int:
    """The last line of the audit trail about leave that was asked for."""
    rows = AuditRecord.objects.filter(scope=desk.scope, action=ASK).order_by("-id")
    return rows.values_list("id", flat=True).first() or 0


def _alone(desk: Desk, intent: str, wish: Wish, since: int) -> Wanted:
    """No time is taken, but under the person's lock no other request of theirs may be open or newer than the look.

    Raises EditOpen, Overtaken.
    """
    claims.lock(desk.scope, [wish.clinician_id])
    asks = AuditRecord.objects.filter(scope=desk.scope, action=ASK).exclude(intent=intent)
    under_way = Intent.objects.filter(scope=desk.scope, action=ASK, state__in=claims.OPEN).exclude(key=intent)
    states = dict(under_way.values_list("key", "state"))
    requested = asks.filter(phase="requested", intent__in=states)
    opened = [states[row.intent] for row in requested if str(wish.clinician_id) in row.people]
    if opened:
        raise EditOpen(working=Intent.State.UNKNOWN not in opened)
    newer = asks.filter(phase=Ending.CONFIRMED, id__gt=since)
    if any(str(wish.clinician_id) in row.people for row in newer):
        raise Overtaken
    return Wanted((), wish.when)


def _event_of(wish: Wish, told: Asking, intent: str) -> NewEvent:
    cover = {COVER: str(wish.cover_id)} if wish.cover_id else {}
    return NewEvent(
        when=wish.when,
        host_id=wish.clinician_id,
        participants=tuple(Participant(person, Part.PSM) for person in (wish.clinician_id, wish.manager_id)),
        title=wish.title,
        type=EventType.LEAVE,
        mode=None,
        description=wish.note,
        all_day=wish.all_day,
        timezone=told.zone.key,
        external_id=marker_of(intent),
        additional={**cover, MARKER: marker_of(intent)},
    )


def find(desk: Desk, event_id: UUID) -> Event:
    """Leave that the login may withdraw. Raises NotAllowed, NotFound, NotPossible, WelkinError."""
    event = changing.read(desk, event_id)
    desk.require(ASK, event.host_id or event_id)
    if not event.is_leave:
        raise NotAllowed(ASK)
    changing.allow(cancellable, event, desk.now)
    return event


def withdraw(desk: Desk, intent: str, event_id: UUID, *, seen: str) -> Done:
    """Take leave back, asked or granted: its time can be booked again. It can be set back as a visit can.

    Raises NotAllowed, AppointmentChanged, NotPossible, NotFound, IntentRefused, LedgerBusy, WelkinError.
    """
    return closing.cancel(desk, intent, event_id, seen=seen, reason=WITHDRAWN)


def seen_of(event: Event) -> str:
    return version(event)


def concerned(desk: Desk) -> tuple[UUID, ...]:
    """Whose leave the login sees with its title: their own, and that of people for whom they ask or grant."""
    ids = ({desk.account.welkin_id} if desk.account.welkin_id else set()) | desk.kept_staff
    return tuple(sorted((person for person in ids if desk.may(ASK, person) or desk.may(GRANT, person)), key=str))


def overview(desk: Desk) -> Overview:
    """Asked, granted, refused, withdrawn and past leave: six calls for 80 people. Raises NotAllowed, WelkinError."""
    desk.require_anyhow("hours.see")
    ids = concerned(desk)
    window = Interval(desk.now - BACK, desk.now + AHEAD)
    found = desk.client.events.find(window, participant_ids=ids, type=EventType.LEAVE, include_cancelled=True)
    own = [event for event in found.rows if event.is_leave and event.host_id in ids]
    said = _said(desk, own)
    told = tuple(_leave(desk, event, said.get(str(event.id))) for event in own)
    named = {row.person_id for event in own for row in event.staff} | {each.cover for each in told if each.cover}
    return Overview(told, people.names(desk, named), found.sure)


def _said(desk: Desk, events: list[Event]) -> dict[str, datetime]:
    """When the last answer to each was recorded here. One query."""
    rows = AuditRecord.objects.filter(
        scope=desk.scope,
        action="invitation.answer",
        phase="confirmed",
        object_id__in=[str(event.id) for event in events],
    ).order_by("id")
    return dict(rows.values_list("object_id", "at"))


def _leave(desk: Desk, event: Event, said_at: datetime | None) -> Leave:
    when, state = occupied(event, desk.clinic_zone), _state(event)
    said = {State.REFUSED: "No", State.GRANTED: "Yes"}.get(state)
    answered = (
        row for row in event.staff if row.person_id != event.host_id and row.answer.strip().capitalize() == said
    )
    by = next((row.person_id for row in answered), None)
    return Leave(event, when, state, when.end <= desk.now, by, said_at if by else None)


def _state(event: Event) -> State:
    use = leave_state(event)
    if use is Use.REFUSED_LEAVE:
        return State.REFUSED
    if not event.live:
        return State.WITHDRAWN
    return State.GRANTED if use is Use.LEAVE else State.ASKED
