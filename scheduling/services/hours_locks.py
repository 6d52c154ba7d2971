"""Days whose hours nobody may change until a manager opens them again, and who may set the hours of a team.

Welkin knows no locks. They bind whoever changes hours through Daybook, managers too: these lift a lock first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from scheduling.accounts.models import Account
from scheduling.accounts.permissions import Scope, scope_of
from scheduling.directory.models import HoursLock, Team

from . import own_changes, people
from .desk import Desk, NotAllowed
from .notsent import NotSent
from .writes import Change

LOCK, UNLOCK = "hours.lock", "hours.unlock"
DELEGATE = "hours.delegate"


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock that stands: its days, both inclusive, in the zone of whoever they belong to.

    `whose` names the team or the clinician. `may_lift`: the login that asked may lift it.
    """

    id: int
    first: date
    last: date
    reason: str
    whose: str
    by: str
    clinician_id: UUID | None = None
    may_lift: bool = False

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


class HoursLocked(NotSent):
    """The change would touch hours of locked days."""

    def __init__(self, lock: Lock) -> None:
        super().__init__(f"hours are locked from {lock.first} to {lock.last}")
        self.lock = lock


def require_open(desk: Desk, clinician_id: UUID, days: Iterable[date]) -> None:
    """Raise HoursLocked where one of these days of the clinician is locked. At most two queries, none for no days."""
    asked = sorted(set(days))
    if not asked:
        return
    for lock in of_person(desk, clinician_id, asked[0], asked[-1]):
        if any(lock.covers(day) for day in asked):
            raise HoursLocked(lock)


def of_person(desk: Desk, clinician_id: UUID, first: date, last: date) -> tuple[Lock, ...]:
    """The locks that meet these days of one clinician, their own and those of their teams, by first day."""
    own = Q(clinician_id=clinician_id) | Q(team__members__welkin_id=clinician_id, team__members__scope=desk.scope)
    return _told(desk, _standing(desk).filter(own, first__lte=last, last__gte=first).distinct())


def to_come(desk: Desk, clinician_id: UUID, first: date) -> tuple[Lock, ...]:
    """The locks of one clinician from a day on, for whoever is about to change hours. Two queries."""
    return of_person(desk, clinician_id, first, date.max)


def find(desk: Desk, number: int) -> Lock | None:
    """The lock that a change met; None where it was lifted since. At most two queries."""
    return next(iter(_told(desk, _standing(desk).filter(pk=number))), None)


def lifters(desk: Desk, clinician_id: UUID) -> tuple[str, ...]:
    """Whom to ask for lifting a lock: the names of those who manage a team of the clinician. One query."""
    kept = Account.objects.filter(
        is_active=True, teams__members__welkin_id=clinician_id, teams__members__scope=desk.scope
    )
    asked = (account for account in kept.distinct().order_by("username") if scope_of(account, LOCK) is not Scope.NOBODY)
    return tuple(account.display_name for account in asked)


def _standing(desk: Desk) -> QuerySet[HoursLock]:
    rows = HoursLock.objects.filter(scope=desk.scope, lifted_at=None)
    return rows.select_related("team", "made_by").order_by("first", "id")


def _told(desk: Desk, rows: Iterable[HoursLock]) -> tuple[Lock, ...]:
    found = tuple(rows)
    names = people.names(desk, {row.clinician_id for row in found if row.clinician_id})
    kept = _kept_teams(desk)
    return tuple(_lock(desk, row, names, kept) for row in found)


def _lock(desk: Desk, row: HoursLock, names: dict[UUID, str], kept: frozenset[int]) -> Lock:
    return Lock(
        id=row.pk,
        first=row.first,
        last=row.last,
        reason=row.reason,
        whose=row.team.name if row.team else names.get(row.clinician_id, "") if row.clinician_id else "",
        by=row.made_by.get_full_name() or row.made_by.username if row.made_by else "",
        clinician_id=row.clinician_id,
        may_lift=row.team_id in kept if row.team_id else desk.may(LOCK, row.clinician_id),
    )


# --- Managers --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TeamRights:
    """One team that the login manages. `delegates`: its coordinators may set the hours of its people."""

    id: int
    name: str
    delegates: bool
    people: int


def managed_teams(desk: Desk) -> tuple[Team, ...]:
    """The teams whose hours the login may lock: an administrator's all, a manager's own, nobody else's any."""
    reach = scope_of(desk.account, LOCK)
    if reach is Scope.NOBODY:
        return ()
    rows = Team.objects.filter(scope=desk.scope)
    return tuple(rows if reach is Scope.ANY else rows.filter(keepers=desk.account))


def _kept_teams(desk: Desk) -> frozenset[int]:
    return frozenset(team.pk for team in managed_teams(desk))


def require_manager(desk: Desk) -> None:
    """Raise NotAllowed for a login that may lock nobody's hours."""
    if scope_of(desk.account, LOCK) is Scope.NOBODY:
        raise NotAllowed(LOCK)


def standing(desk: Desk) -> tuple[Lock, ...]:
    """The locks that the login may lift, by first day. Raises NotAllowed."""
    require_manager(desk)
    return tuple(lock for lock in _told(desk, _standing(desk)) if lock.may_lift)


def rights_of_teams(desk: Desk) -> tuple[TeamRights, ...]:
    """The teams that the login manages and whether each leaves hours to its coordinators. Raises NotAllowed."""
    require_manager(desk)
    return tuple(
        TeamRights(team.pk, team.name, team.delegates_hours, team.members.count()) for team in managed_teams(desk)
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """The lock that is asked for: of a team, or of one clinician."""

    first: date
    last: date
    reason: str
    team_id: int | None = None
    clinician_id: UUID | None = None


def lock(desk: Desk, intent: str, wish: Wish) -> bool:
    """Lock days; False where this form did it before. Raises NotAllowed, IntentRefused, LedgerBusy."""
    team = _managed(desk, wish.team_id) if wish.team_id else None
    if team is None:
        if wish.clinician_id is None:
            raise NotAllowed(LOCK)
        desk.require(LOCK, wish.clinician_id)
    content = {"first": wish.first, "last": wish.last, "team": wish.team_id or "", "reason": wish.reason}
    change = Change(
        action=LOCK,
        people=(wish.clinician_id,) if wish.clinician_id else (),
        fields=("locked",),
        reason=wish.reason,
        content=content | {"clinician": wish.clinician_id or ""},
        before_after=(("locked", None, _days(wish.first, wish.last)),),
    )
    return own_changes.once(desk, intent, change, lambda: _made(desk, wish, team))


def _days(first: date, last: date) -> list[str]:
    return [first.isoformat(), last.isoformat()]


def _made(desk: Desk, wish: Wish, team: Team | None) -> str:
    row = HoursLock.objects.create(
        scope=desk.scope,
        team=team,
        clinician_id=None if team else wish.clinician_id,
        first=wish.first,
        last=wish.last,
        reason=wish.reason,
        made_at=desk.now,
        made_by=desk.account,
    )
    return f"lock-{row.pk}"


def _managed(desk: Desk, team_id: int) -> Team:
    """One of the teams that the login manages. Raises NotAllowed."""
    found = next((team for team in managed_teams(desk) if team.pk == team_id), None)
    if found is None:
        raise NotAllowed(LOCK)
    return found


def lift(desk: Desk, intent: str, lock_id: int) -> bool:
    """Open locked days again; False where that was done before. Raises NotAllowed, IntentRefused, LedgerBusy."""
    row = _standing(desk).filter(pk=lock_id).first()
    if row is None:
        require_manager(desk)
        return False
    if not _told(desk, [row])[0].may_lift:
        raise NotAllowed(LOCK)
    change = Change(
        action=UNLOCK,
        people=(row.clinician_id,) if row.clinician_id else (),
        fields=("locked",),
        content={"lock": lock_id},
        before_after=(("locked", _days(row.first, row.last), None),),
    )

    def act() -> str:
        HoursLock.objects.filter(pk=lock_id, lifted_at=None).update(lifted_at=desk.now)
        return f"lock-{lock_id}"

    return own_changes.once(desk, intent, change, act)


def delegate(desk: Desk, intent: str, team_id: int, delegates: bool) -> bool:
    """Say whether a team's coordinators may set the hours of its people; False where this form did it before.

    Raises NotAllowed, IntentRefused, LedgerBusy.
    """
    team = _managed(desk, team_id)
    change = Change(
        action=DELEGATE,
        fields=("delegates_hours",),
        content={"team": team_id, "delegates": delegates},
        before_after=(("delegates_hours", team.delegates_hours, delegates),),
    )

    def act() -> str:
        Team.objects.filter(pk=team.pk).update(delegates_hours=delegates)
        return f"team-{team.pk}"

    return own_changes.once(desk, intent, change, act)
