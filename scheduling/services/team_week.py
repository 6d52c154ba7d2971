"""Seven days of a team at once: everybody's hours and visits, read together."""

from dataclasses import dataclass, field
from uuid import UUID

from scheduling.domain.week import Week

from .calendar import Reading, read
from .choice import OWN_TEAMS, Choice, choose
from .desk import Desk
from .week import missing_names


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """The chosen people in the seven days of the viewer. `names`: of participants whose rows carry none."""

    week: Week
    choice: Choice
    reading: Reading
    names: dict[UUID, str] = field(default_factory=dict)


def team_week(desk: Desk, week: Week, team: str = OWN_TEAMS, *, named: bool = False) -> TeamWeek:
    """The week of a team, of the own teams or of everybody: two calls, however many people.

    `named` looks for the names that the rows do not carry.

    Raises NoSuchTeam, NotAllowed (a team of which the login may see nobody), WelkinError.
    """
    choice = choose(desk, team)
    reading = read(desk, choice.people, week.interval(desk.zone))
    return TeamWeek(week, choice, reading, missing_names(desk, reading) if named else {})
