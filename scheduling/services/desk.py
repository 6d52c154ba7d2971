"""Where somebody sits when they ask for something: who they are, which back end, which zone, what time it is.

A view makes one with `seat` and hands it to the one service that it calls; nothing below the views reads the clock.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from scheduling.accounts.models import Account
from scheduling.accounts.permissions import EVERYBODY, Reach, Scope, may, scope_of
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember
from scheduling.domain.week import Week, find_zone
from scheduling.ledger.models import EmergencyGrant
from scheduling.welkin import Client

from . import connection

SET_HOURS, SEE_NAMES, OPEN = "hours.set", "calendar.names", "emergency.open"


class NotAllowed(Exception):
    """The login's role does not reach so far. `action` is a key of the permission table."""

    def __init__(self, action: str) -> None:
        super().__init__(action)
        self.action = action


@dataclass(frozen=True)
class Desk:
    """The asker and the surroundings of one request. `now` is an aware instant; `session` is an opaque key."""

    account: Account
    client: Client
    scope: str
    clinic_zone: ZoneInfo
    zone: ZoneInfo
    now: datetime
    session: str = ""
    request_id: str = ""
    undoes: int | None = None
    """The step that is taken back by what is asked for (undo.py)."""
    _reach: dict[UUID, Reach] = field(default_factory=dict, compare=False, repr=False)

    @property
    def today(self) -> date:
        """The date of the viewer."""
        return self.now.astimezone(self.zone).date()

    @property
    def this_week(self) -> Week:
        return Week.containing(self.today)

    @cached_property
    def kept_staff(self) -> frozenset[UUID]:
        """Everybody in the teams that the login looks after; for a clinician, in the teams they work in."""
        in_teams = StaffMember.objects.filter(scope=self.scope)
        near = in_teams.filter(teams__keepers=self.account)
        if self.account.role == Role.CLINICIAN and self.account.welkin_id:
            near = in_teams.filter(teams__members__welkin_id=self.account.welkin_id)
        return frozenset(near.values_list("welkin_id", flat=True))

    @cached_property
    def delegated_staff(self) -> frozenset[UUID]:
        """Those of the kept staff whose hours their team leaves to its coordinators."""
        members = StaffMember.objects.filter(scope=self.scope, teams__keepers=self.account, teams__delegates_hours=True)
        return frozenset(members.values_list("welkin_id", flat=True))

    @cached_property
    def emergency(self) -> EmergencyGrant | None:
        """The emergency access that this login has opened and that is not over."""
        return self.emergency_now()

    def emergency_now(self) -> EmergencyGrant | None:
        """The same, looked up anew."""
        if not may(self.account, OPEN):
            return None
        own = EmergencyGrant.objects.filter(scope=self.scope, account=self.account, ended_at=None)
        return own.filter(opened_at__lte=self.now, until__gt=self.now).order_by("-until").first()

    def reach(self, person_id: UUID | None) -> Reach:
        """How near somebody's calendar is to this login."""
        if person_id is None:
            return EVERYBODY
        return Reach(own=person_id == self.account.welkin_id, team=person_id in self.kept_staff)

    def may(self, action: str, person_id: UUID | None = None) -> bool:
        reach = self.reach(person_id)
        if action == SET_HOURS and reach.team and self.account.role == Role.COORDINATOR:
            reach = replace(reach, team=person_id in self.delegated_staff)
        if may(self.account, action, reach):
            return True
        return action == SEE_NAMES and person_id is not None and self.emergency is not None

    def may_all(self, action: str, person_ids: tuple[UUID, ...]) -> bool:
        """Whether the action is allowed with each of the calendars (with somebody's, when there is none)."""
        return all(self.may(action, person) for person in person_ids) if person_ids else self.may(action)

    def require_anyhow(self, action: str) -> None:
        """Raise NotAllowed where the role may do the action with nobody's calendar at all."""
        if scope_of(self.account, action) is Scope.NOBODY:
            raise NotAllowed(action)

    def require(self, action: str, *person_ids: UUID) -> None:
        """Raise NotAllowed unless the action is allowed with each of the calendars."""
        if not self.may_all(action, person_ids):
            raise NotAllowed(action)


def clinic_zone() -> ZoneInfo:
    """The clinic's zone. Raises NotConfigured when CLINIC_TIMEZONE is no IANA name."""
    zone = find_zone(settings.CLINIC_TIMEZONE)
    if zone is None:
        raise connection.NotConfigured(f"CLINIC_TIMEZONE is {settings.CLINIC_TIMEZONE!r}, which is no IANA time zone.")
    return zone


def viewer_zone(account: Account, scope: str, otherwise: ZoneInfo) -> ZoneInfo:
    """The login's preference, else the Welkin user's zone, else the clinic's (design 4)."""
    preferred = find_zone(account.timezone)
    if preferred or not account.welkin_id:
        return preferred or otherwise
    own = (
        StaffMember.objects.filter(scope=scope, welkin_id=account.welkin_id).values_list("timezone", flat=True).first()
    )
    return find_zone(own) or otherwise


def seat(account: Account, *, now: datetime, session: str = "", request_id: str = "") -> Desk:
    """The desk of one request. Raises NotConfigured."""
    chosen = connection.credentials()
    scope, clinic = connection.scope_of(chosen), clinic_zone()
    return Desk(
        account=account,
        client=connection.client_for(chosen),
        scope=scope,
        clinic_zone=clinic,
        zone=viewer_zone(account, scope, clinic),
        now=now,
        session=session,
        request_id=request_id,
    )
