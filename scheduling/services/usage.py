"""How the hours of a team are used in a period, read month by month: the figures know what they are made of.

Two calls a month for any number of people up to one batch (hours, events), none while what was read before may stand
for it (kept.py). A month that cannot be read is told as missing: it never counts as nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.accounts.permissions import Scope, scope_of
from scheduling.directory.models import Team
from scheduling.domain.person import User
from scheduling.domain.usage.atoms import Atom, Case, atoms_of, cases_of, midnights
from scheduling.domain.usage.period import Period
from scheduling.domain.usage.tally import Tally, tally
from scheduling.welkin.errors import NotFound, WelkinError

from . import calendar
from .desk import Desk
from .kept import Reads
from .summary import SEE, own_teams, people_of

# How many months one request reads that no request has read before: a page comes while the rest is on its way.
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Usage:
    """What was read of a period. `read` of `parts` months are here. Not `sure`: something in them may be missing.

    `problem`: why the next month could not be read.
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

    def add(self, reading: calendar.Reading, people: Sequence[User], zone: ZoneInfo) -> None:
        days = midnights(reading.window, zone)
        for user in people:
            time = reading.times[user.id]
            self.atoms += atoms_of(time, days)
            fresh = [case for case in cases_of(time) if (user.id, case.event.id) not in self.counted]
            self.counted.update((user.id, case.event.id) for case in fresh)
            self.cases += fresh
        self.read += 1
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
    if scope_of(desk.account, SEE) is Scope.NOBODY:
        desk.require(SEE)
    teams = own_teams(desk)
    team = next((team for team in teams if team.pk == team_id), None)
    if team_id is not None and team is None:
        raise NotFound("no such team")
    people = people_of(desk, team)
    if person_id is not None:
        people = tuple(user for user in people if user.id == person_id)
        if not people:
            raise NotFound("nobody of these")
    return Chosen(team, teams, people)


def read(desk: Desk, people: Sequence[User], period: Period, months: int | None = None) -> Usage:
    """What these people's hours were used for, of at most so many `months` of the period.

    Raises WelkinError where nothing at all could be read.
    """
    parts, reads, found = list(period.parts(desk.clinic_zone)), Reads(desk), _Found()
    problem = None
    for part in parts[:months]:
        try:
            reading = calendar.read(desk, people, part, reads=reads)
        except WelkinError as wrong:
            if not found.read:
                raise
            problem = wrong
            break
        found.add(reading, people, desk.clinic_zone)
    return Usage(
        period,
        desk.clinic_zone,
        tuple(people),
        tuple(found.atoms),
        tuple(found.cases),
        found.read,
        len(parts),
        found.unreadable,
        found.sure,
        problem,
    )
