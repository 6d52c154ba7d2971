"""How the hours of a team are used in a period, read month by month: the figures know what they are made of.

Two calls a month for any number of people up to one batch (hours, events), none while what was read before may stand
for it (kept.py; usage_kept.py for months that are over). A month that cannot be read is told as missing: it never
counts as nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.directory.models import Team
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.usage.atoms import Atom, Case, atoms_of, cases_of, midnights
from scheduling.domain.usage.period import Period
from scheduling.domain.usage.tally import Tally, tally
from scheduling.ledger.models import AuditRecord
from scheduling.welkin.errors import NotFound, WelkinError

from . import calendar, keeping, usage_kept
from .desk import Desk
from .kept import Age, Reads
from .summary import SEE, own_teams, people_of
from .usage_kept import PersonMonth
from .writes import Ending

# How many months one request reads that no request has read before: a page comes while the rest is on its way.
AT_ONCE = 2
# So many values one query may name on every database.
AT_A_TIME = 500
CANCEL = "appointment.cancel"


@dataclass(frozen=True, slots=True)
class Usage:
    """What was read of a period. `read` of `parts` months are here. Not `sure`: something in them may be missing.

    `people`: the active ones, and those who are not any more but have something in the period. `teams`: of each of
    them the teams that the login may see figures of, by number and name.

    `problem`: why the next month could not be read. `kept_at`: when the oldest month that stands here for a reading of
    now was read; None where there is none. `age`: of what the API was asked for, or would have been; None where all of
    it is kept months.
    """

    period: Period
    zone: ZoneInfo
    people: tuple[User, ...]
    atoms: tuple[Atom, ...]
    cases: tuple[Case, ...]
    read: int
    parts: int
    unreadable: int
    sure: bool
    problem: WelkinError | None = None
    kept_at: datetime | None = None
    age: Age | None = None
    teams: Mapping[UUID, tuple[tuple[int, str], ...]] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether all of the period is here, and whole."""
        return self.read == self.parts and self.sure

    @property
    def tally(self) -> Tally:
        return tally(self.atoms, self.cases)


@dataclass(slots=True)
class _Found:
    """What has been read so far. An event that meets two months is counted in the first."""

    atoms: list[Atom] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    counted: set[tuple[UUID, UUID]] = field(default_factory=set)
    read: int = 0
    unreadable: int = 0
    sure: bool = True
    kept_at: datetime | None = None

    def add(self, people: Sequence[User], months: Mapping[UUID, PersonMonth]) -> None:
        """A part of the period, of everybody."""
        for user in people:
            month = months[user.id]
            self.atoms += month.atoms
            fresh = [case for case in month.cases if (user.id, case.event.id) not in self.counted]
            self.counted.update((user.id, case.event.id) for case in fresh)
            self.cases += fresh
        self.read += 1

    def note_kept(self, months: Mapping[UUID, PersonMonth]) -> None:
        times = [month.read_at for month in months.values()]
        self.kept_at = min([*times, *([self.kept_at] if self.kept_at else [])], default=None)

    def note(self, reading: calendar.Reading) -> None:
        self.unreadable += reading.unreadable
        self.sure = self.sure and reading.trustworthy


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whose figures are asked for, and what else the login could ask for. `team` None: everybody it may see."""

    team: Team | None
    teams: tuple[Team, ...]
    people: tuple[User, ...]


def choose(desk: Desk, team_id: int | None = None, person_id: UUID | None = None) -> Chosen:
    """The people of a team, one of them, or all that the login may see.

    Raises NotAllowed where the role sees no figures at all, NotFound for a team or somebody it may not see.
    """
    desk.require_anyhow(SEE)
    teams = own_teams(desk)
    team = next((team for team in teams if team.pk == team_id), None)
    if team_id is not None and team is None:
        raise NotFound("no such team")
    people = people_of(desk, team, only_active=False)
    if person_id is not None:
        people = tuple(user for user in people if user.id == person_id)
        if not people:
            raise NotFound("nobody of these")
    return Chosen(team, teams, people)


def read(desk: Desk, people: Sequence[User], period: Period, months: int | None = None) -> Usage:
    """What these people's hours were used for, of at most so many `months` of the period.

    Months that are kept come on top of that: they cost no call.

    Raises WelkinError where nothing at all could be read.
    """
    parts, reads, found = list(period.parts(desk.clinic_zone)), Reads(desk), _Found()
    problem, asked = None, 0
    for part in parts:
        kept = usage_kept.find(desk, people, part)
        left = [user for user in people if user.id not in kept]
        if left and months is not None and found.read >= months:
            break
        found.note_kept(kept)
        try:
            fresh = _fresh(desk, left, part, reads, found) if left else {}
        except WelkinError as wrong:
            if not found.read:
                raise
            # The second month of a request may only have come too late for it: the next request asks for it first.
            problem = None if asked and months is not None else wrong
            break
        asked += bool(left)
        found.add(people, {**kept, **fresh})
    return Usage(
        period,
        desk.clinic_zone,
        _with_something(people, found),
        tuple(found.atoms),
        tuple(found.cases),
        found.read,
        len(parts),
        found.unreadable,
        found.sure,
        problem,
        found.kept_at,
        reads.age if asked else None,
        _teams_of(desk),
    )


def _with_something(people: Sequence[User], found: _Found) -> tuple[User, ...]:
    """Who left is no row of a time in which they had nothing."""
    some = {atom.person for atom in found.atoms} | {case.person for case in found.cases}
    return tuple(user for user in people if user.active or user.id in some)


def _teams_of(desk: Desk) -> dict[UUID, tuple[tuple[int, str], ...]]:
    found: dict[UUID, tuple[tuple[int, str], ...]] = {}
    for team in own_teams(desk):
        for person in team.members.values_list("welkin_id", flat=True):
            found[person] = (*found.get(person, ()), (team.pk, team.name))
    return found


def read_again(desk: Desk, people: Sequence[User], *periods: Period | None) -> None:
    """Forget what is kept of these periods, as months and as answers: the next reading asks the API."""
    keeping.changed(desk, [user.id for user in people])
    for period in periods:
        for part in period.parts(desk.clinic_zone) if period else ():
            usage_kept.forget(desk, people, part)


def _fresh(desk: Desk, people: Sequence[User], part: Interval, reads: Reads, found: _Found) -> dict[UUID, PersonMonth]:
    """A part of the period as the API tells it, and kept where all of it came. Raises WelkinError."""
    reading = calendar.read(desk, people, part, reads=reads)
    found.note(reading)
    days = midnights(reading.window, desk.clinic_zone)
    cancelled = _cancelled_at(desk, [event.id for event in reading.events if not event.live])
    months = {}
    for user in people:
        time = reading.times[user.id]
        cases = (replace(case, cancelled_at=cancelled.get(str(case.event.id))) for case in cases_of(time))
        months[user.id] = PersonMonth(tuple(atoms_of(time, days)), tuple(cases), reading.age.read_at)
    if reading.trustworthy and not reading.holds and not reading.age.stale:
        usage_kept.store(desk, people, part, months)
    return months


def _cancelled_at(desk: Desk, events: Sequence[UUID]) -> dict[str, datetime]:
    """When those that were cancelled through Daybook were, the last time: a later edit does not move that."""
    found: dict[str, datetime] = {}
    for first in range(0, len(events), AT_A_TIME):
        ids = [str(event) for event in events[first : first + AT_A_TIME]]
        rows = AuditRecord.objects.filter(scope=desk.scope, action=CANCEL, phase=Ending.CONFIRMED, object_id__in=ids)
        found |= dict(rows.order_by("at").values_list("object_id", "at"))
    return found
