"""The staff directory, and for administrators what Daybook is connected to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from scheduling.directory.models import MirrorState, StaffMember, Team
from scheduling.directory.search import matches
from scheduling.domain.person import User
from scheduling.domain.week import find_zone
from scheduling.welkin.errors import WelkinError

from . import connection, mirror, people
from .checkup import Finding, check_up
from .desk import Desk
from .writes import open_longer_than

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Filter:
    """What part of the directory is asked for: a team's id, a typed text, whether people who left count."""

    team: int | None = None
    typed: str = ""
    everybody: bool = False


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person of the directory. `zone_known` is False where none is set or it is no IANA name."""

    user: User
    teams: tuple[str, ...]
    has_hours: bool
    zone_known: bool
    see_week: bool
    see_hours: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """The people that the filter leaves. `problem` is set where the directory could not be read the first time."""

    rows: tuple[StaffRow, ...]
    total: int
    teams: tuple[Team, ...]
    team: Team | None
    read_at: datetime | None
    problem: WelkinError | None = None

    @property
    def without_zone(self) -> int:
        return sum(not row.zone_known for row in self.rows)

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


class NoSuchTeam(Exception):
    """The team asked for is not there."""


def directory(desk: Desk, wanted: Filter) -> Directory:
    """The staff by name, from the mirror; read from the API when it is empty. Raises NotAllowed, NoSuchTeam.

    An API that does not answer does not hide the page: the administrator comes here to see what is wrong.
    """
    desk.require("people.see")
    problem = _fill(desk)
    teams = tuple(people.teams(desk))
    team = _chosen(teams, wanted.team)
    rows = StaffMember.objects.filter(scope=desk.scope).prefetch_related("teams")
    rows = rows if wanted.everybody else rows.filter(state__iexact="ACTIVE")
    rows = rows.filter(teams=team) if team else rows
    condition = matches(wanted.typed)
    rows = rows.filter(condition) if condition else rows
    found = list(rows)
    state = MirrorState.objects.filter(scope=desk.scope, kind="staff").first()
    return Directory(
        rows=tuple(_row(desk, row) for row in found[:MOST_SHOWN]),
        total=len(found),
        teams=teams,
        team=team,
        read_at=state.completed_at if state else None,
        problem=problem,
    )


def _fill(desk: Desk) -> WelkinError | None:
    if StaffMember.objects.filter(scope=desk.scope).exists():
        return None
    try:
        mirror.refresh_staff(desk.client, desk.scope, desk.now, deadline=mirror.WHILE_WAITING)
    except WelkinError as problem:
        return problem
    return None


def _chosen(teams: tuple[Team, ...], wanted: int | None) -> Team | None:
    if wanted is None:
        return None
    team = next((team for team in teams if team.pk == wanted), None)
    if team is None:
        raise NoSuchTeam(wanted)
    return team


def _row(desk: Desk, row: StaffMember) -> StaffRow:
    user = people.as_user(row)
    return StaffRow(
        user=user,
        teams=tuple(team.name for team in row.teams.all()),
        has_hours=row.has_hours,
        zone_known=find_zone(row.timezone) is not None,
        see_week=desk.may("calendar.busy", user.id),
        see_hours=desk.may("hours.see", user.id),
    )


@dataclass(frozen=True, slots=True)
class Connection:
    """What Daybook speaks to and how fresh what it knows is. `open_changes` have no known outcome yet."""

    sandbox: bool
    host: str
    tenant: str
    instance: str
    staff_read_at: datetime | None
    patients_read_at: datetime | None
    counts: Mapping[str, int]
    mirrors_old: bool
    open_changes: int
    standing: connection.Standing


# Twice the pace of the worker: one missed round is no reason to worry.
OLD = timedelta(minutes=15)


def connection_of(desk: Desk) -> Connection:
    """The connection as the settings and our own tables tell it: no call. Raises NotAllowed, NotConfigured."""
    desk.require("system.see")
    chosen = connection.credentials()
    states = {state.kind: state for state in MirrorState.objects.filter(scope=desk.scope)}
    read_at = {kind: states[kind].completed_at if kind in states else None for kind in ("staff", "patients")}
    return Connection(
        sandbox=settings.SANDBOX,
        host=urlsplit(chosen.url).netloc.rpartition("@")[2],
        tenant=chosen.tenant,
        instance=chosen.instance,
        staff_read_at=read_at["staff"],
        patients_read_at=read_at["patients"],
        counts={kind: state.rows for kind, state in states.items()},
        mirrors_old=any(at is None or desk.now - at > OLD for at in read_at.values()),
        open_changes=open_longer_than(desk.now, 0),
        standing=connection.state(),
    )


def examine(desk: Desk) -> tuple[Finding, ...]:
    """What the doctor finds just now: signs in and reads a minute of the calendar. Raises NotAllowed."""
    desk.require("system.see")
    return tuple(check_up(desk.now))
