"""The summary of a week for a manager: our figures of each clinician beside the API's own.

Three calls for any number of people up to one batch: work hours, events, psm-event-summary; none while what was read
before may stand for it (kept.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from scheduling.accounts.permissions import Scope, scope_of
from scheduling.directory.models import Team
from scheduling.domain.availability import ClinicianTime
from scheduling.domain.event import Event
from scheduling.domain.hours import expand
from scheduling.domain.interval import Interval, total
from scheduling.domain.occupancy import Use, use_of
from scheduling.domain.person import User
from scheduling.domain.usage.figures import Figures, figures, together
from scheduling.domain.week import Week, days_touched
from scheduling.domain.work_hours import WorkHours
from scheduling.welkin import EventSummary
from scheduling.welkin.errors import NotFound, WelkinError

from . import calendar, people
from .desk import Desk
from .kept import Age, Reads

SEE = "utilisation.see"
HOUR = timedelta(hours=1)
# The API gives hours and occupancy with one decimal: half a step, and a little for what a float cannot hold.
HALF_STEP = 0.0501


class Reason(StrEnum):
    """Why the API's figure differs from ours (welkin-api 9)."""

    OVERLAP = "OVERLAP"
    LEAVE = "LEAVE"
    OUTSIDE = "OUTSIDE"
    CANCELLED = "CANCELLED"
    LEAVE_COUNTED = "LEAVE_COUNTED"
    ALL_DAY = "ALL_DAY"
    ZONE = "ZONE"
    CLOSED = "CLOSED"
    PAST_END = "PAST_END"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class Difference:
    """One reason, and how much of it there is where it can be told: time or a number of events."""

    reason: Reason
    time: timedelta | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The API's row beside ours: which of its figures differ, and why."""

    theirs: EventSummary
    hours_differ: bool
    booked_differ: bool
    use_differs: bool
    events_differ: bool
    reasons: tuple[Difference, ...]

    @property
    def differs(self) -> bool:
        return self.hours_differ or self.booked_differ or self.use_differs or self.events_differ


@dataclass(frozen=True, slots=True)
class Row:
    """One clinician's week. `comparison` is None where the API sent no row for them."""

    time: ClinicianTime
    figures: Figures
    comparison: Comparison | None

    @property
    def user(self) -> User:
        return self.time.user


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """The week in the clinic's zone. `team` None: everybody the login may see. `total` adds up the rows.

    `unreadable` counts rows of hours and events that could not be read. Not `trustworthy`: something may be missing,
    nothing may be called free. `problem`: why the API's own summary could not be had; ours stands without it. `age`
    is that of the figures.
    """

    week: Week
    window: Interval
    zone: ZoneInfo
    team: Team | None
    teams: tuple[Team, ...]
    rows: tuple[Row, ...]
    total: Figures
    unreadable: int
    trustworthy: bool
    age: Age
    problem: WelkinError | None = None

    @property
    def theirs_missing(self) -> bool:
        return self.problem is not None


def _reachable(desk: Desk) -> frozenset[UUID]:
    """Whose figures the login may see: their own, or those of its teams."""
    scope = scope_of(desk.account, SEE)
    own = frozenset({desk.account.welkin_id} if desk.account.welkin_id else ())
    if scope is Scope.TEAM:
        return desk.kept_staff
    return own if scope is Scope.OWN else frozenset()


def own_teams(desk: Desk) -> tuple[Team, ...]:
    """The teams that the login looks after or belongs to, empty ones too; none for who sees their own figures only."""
    if scope_of(desk.account, SEE) is not Scope.TEAM:
        return ()
    own = Q(keepers=desk.account)
    if desk.account.welkin_id:
        own |= Q(members__welkin_id=desk.account.welkin_id)
    return tuple(Team.objects.filter(own, scope=desk.scope).distinct())


def people_of(desk: Desk, team: Team | None, *, only_active: bool = True) -> tuple[User, ...]:
    """The clinicians of a team, or of all teams, whose figures the login may see; who left too where asked for."""
    reachable = _reachable(desk)
    everyone = people.clinicians(desk, team, with_hours=False, only_active=only_active)
    return tuple(user for user in everyone if user.id in reachable and desk.may(SEE, user.id))


def read(desk: Desk, week: Week, team_id: int | None = None) -> WeekSummary:
    """The week's figures of everybody the login may see, or of one of its teams. Three calls for 24 people.

    Raises NotAllowed where the role sees no figures at all, NotFound for a team that is not the login's, WelkinError.
    """
    desk.require_anyhow(SEE)
    teams = own_teams(desk)
    team = next((team for team in teams if team.pk == team_id), None)
    if team_id is not None and team is None:
        raise NotFound("no such team")
    chosen = people_of(desk, team, only_active=False)
    window = week.interval(desk.clinic_zone)
    reads = Reads(desk)
    reading = calendar.read(desk, chosen, window, reads=reads)
    theirs, problem = _theirs(reads, chosen, window)
    rows = tuple(_row(reading.times[user.id], theirs.get(user.id), reading.records) for user in chosen)
    # Who left is no row of a week in which they had nothing, as in the report of any time.
    rows = tuple(row for row in rows if row.user.active or row.figures != together(()))
    return WeekSummary(
        week=week,
        window=window,
        zone=desk.clinic_zone,
        team=team,
        teams=teams,
        rows=rows,
        total=together(row.figures for row in rows),
        unreadable=reading.unreadable,
        trustworthy=reading.trustworthy,
        age=reads.age,
        problem=problem,
    )


def _theirs(
    reads: Reads, chosen: tuple[User, ...], window: Interval
) -> tuple[Mapping[UUID, EventSummary], WelkinError | None]:
    """The API's rows by clinician, or why it gives none: whatever the reason, our figures do not hang on it."""
    try:
        found = reads.summary([user.id for user in chosen], window)
    except WelkinError as problem:
        return MappingProxyType({}), problem
    return MappingProxyType({row.clinician_id: row for row in found.rows}), None


def _row(time: ClinicianTime, theirs: EventSummary | None, records: Iterable[WorkHours]) -> Row:
    ours = figures(time)
    return Row(time, ours, compare(time, ours, theirs, records) if theirs else None)


def compare(time: ClinicianTime, ours: Figures, theirs: EventSummary, records: Iterable[WorkHours] = ()) -> Comparison:
    """Where the API's figures differ from ours, and why. A text that could not be read counts as different.

    `records`: the work hours that ours were expanded from, of this clinician and maybe others.
    """
    share = None if ours.utilisation is None else ours.utilisation * 100
    hours_differ = _differ(theirs.working_hours.value, ours.offered / HOUR)
    booked_differ = _differ(theirs.event_hours.value, ours.booked / HOUR)
    use_differs = _differ(theirs.occupancy.value, share or 0.0)
    events_differ = theirs.created != ours.visits
    reasons = _reasons(time, ours, booked_differ=booked_differ or use_differs, events_differ=events_differ)
    if ours.closed:
        reasons = (*reasons, Difference(Reason.CLOSED, time=ours.closed))
    if hours_differ and (past := _past_end(time, records)) > timedelta():
        reasons = (*reasons, Difference(Reason.PAST_END, time=past))
    if hours_differ and time.zone_assumed:
        reasons = (*reasons, Difference(Reason.ZONE))
    differs = hours_differ or booked_differ or use_differs or events_differ
    if differs and not reasons:
        reasons = (Difference(Reason.OTHER),)
    return Comparison(theirs, hours_differ, booked_differ, use_differs, events_differ, reasons if differs else ())


def _past_end(time: ClinicianTime, records: Iterable[WorkHours]) -> timedelta:
    """The hours of the week that there would be if records did not end in it.

    In the vendor's sample the weekly hours run over the whole window, past the end of the record (welkin-api 9).
    """
    days = days_touched(time.window, time.zone)
    own = [record for record in records if record.clinician_id == time.user.id]
    running = [record if record.is_override else replace(record, last=None) for record in own]
    return total(expand(running, *days, time.zone).clipped(time.window).intervals) - total(time.hours.intervals)


def _differ(theirs: float | None, ours: float) -> bool:
    return theirs is None or abs(theirs - ours) > HALF_STEP


def _reasons(time: ClinicianTime, ours: Figures, *, booked_differ: bool, events_differ: bool) -> tuple[Difference, ...]:
    found = [*_time_reasons(time, ours)] if booked_differ else []
    return (*found, *_count_reasons(time)) if events_differ else tuple(found)


def _time_reasons(time: ClinicianTime, ours: Figures) -> list[Difference]:
    """Time that the API counts and we do not, or the other way round."""
    visits = [event for event in time.events if use_of(event, time.user.id) is Use.VISIT]
    apart = sum((_clipped(event, time.window) for event in visits), timedelta())
    plain = total(part for event in visits if (part := event.when.clip(time.window)))
    leave = sum((_clipped(event, time.window) for event in time.events if event.is_leave and event.live), timedelta())
    amounts = (
        (Reason.LEAVE, leave),
        (Reason.OVERLAP, apart - plain),
        (Reason.OUTSIDE, ours.booked_outside),
        (Reason.ALL_DAY, ours.booked - plain),
    )
    return [Difference(reason, time=amount) for reason, amount in amounts if amount > timedelta()]


def _clipped(event: Event, window: Interval) -> timedelta:
    part = event.when.clip(window)
    return part.duration if part else timedelta()


def _count_reasons(time: ClinicianTime) -> list[Difference]:
    """Events that the API counts and we do not."""
    cancelled = sum(not event.live for event in time.events)
    leave = sum(event.live and event.is_leave for event in time.events)
    counts = ((Reason.CANCELLED, cancelled), (Reason.LEAVE_COUNTED, leave))
    return [Difference(reason, count=number) for reason, number in counts if number]
