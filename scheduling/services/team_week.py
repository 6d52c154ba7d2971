"""Seven days of a team at once: everybody's hours and visits, read together."""

from dataclasses import dataclass

from scheduling.domain.week import Week

from .calendar import Reading, read
from .choice import OWN_TEAMS, Choice, choose
from .desk import Desk


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """The chosen people in the seven days of the viewer."""

    week: Week
    choice: Choice
    reading: Reading


def team_week(desk: Desk, week: Week, team: str = OWN_TEAMS) -> TeamWeek:
    """The week of a team, of the own teams or of everybody: two calls, however many people.

    Raises NoSuchTeam, NotAllowed (a team of which the login may see nobody), WelkinError.
    """
    choice = choose(desk, team)
    return TeamWeek(week, choice, read(desk, choice.people, week.interval(desk.zone)))
