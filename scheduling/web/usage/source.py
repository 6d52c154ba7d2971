"""What the report's page, drill-down and files are made from, so that all of them say the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from scheduling.domain.usage import groups
from scheduling.domain.usage.groups import Group
from scheduling.domain.usage.tally import Measure
from scheduling.services.desk import Desk
from scheduling.services.kept import Age
from scheduling.services.usage import Usage
from scheduling.web.forms.usage import CLINICIAN, DAY, MODE, MONTH, TEAM, TYPE, WEEK, Asked

from . import words

COLUMNS = (
    Measure.OFFERED,
    Measure.LEAVE,
    Measure.CLOSED,
    Measure.INSIDE,
    Measure.OUTSIDE,
    Measure.COMPLETED,
    Measure.MISSED,
    Measure.GROUP,
    Measure.HEADS,
    Measure.FREE,
)
# Hours are nobody's type: a row of these says how booked time divides, no more.
OF_VISITS = (Measure.BOOKED, Measure.INSIDE, Measure.OUTSIDE, Measure.COMPLETED, Measure.MISSED)
# The documented names of figures that are no measure of time (docs/metrics.md).
UTILISATION, NO_SHOWS, LEAD, AHEAD = "utilisation", "no-show-rate", "lead-time", "unsold-ahead"
VISITS, LATE, STATUS = "visits", "cancelled-late", "status-"
COUNTS = (VISITS, LATE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: its documented name, its text, its plain value (minutes, per cent or a count), what it is made of."""

    metric: str
    text: str
    value: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a page, a drill-down and a file are made from, so that all of them say the same."""

    desk: Desk
    asked: Asked
    usage: Usage
    other: Usage | None
    query: QueryDict
    other_read: int = 0
    other_failed: bool = False

    @property
    def ages(self) -> tuple[Age, ...]:
        """How old the readings are that are no kept months, of the period and of the one compared with."""
        return tuple(usage.age for usage in (self.usage, self.other) if usage and usage.age)

    @property
    def columns(self) -> tuple[Measure, ...]:
        return OF_VISITS if self.asked.by in (TYPE, MODE) else COLUMNS

    def address(self, name: str = "usage", **changes: object) -> str:
        """The same question at another page; a change to the empty string takes a field out."""
        told = {key: [value for value in values if value] for key, values in self.query.lists()}
        told |= {key: [str(value)] if value != "" else [] for key, value in changes.items()}
        return f"{reverse(name)}?{urlencode(told, doseq=True)}"


def groups_of(by: str, usage: Usage) -> Mapping[object, Group]:
    """The atoms and cases of each row, by its key, in the order of the rows."""
    atoms, cases, zone = usage.atoms, usage.cases, usage.zone
    if by == CLINICIAN:
        found: Mapping[object, Group] = groups.by_clinician(atoms, cases)
        return {user.id: found.get(user.id, Group((), ())) for user in usage.people}
    if by == TEAM:
        teams = {person: tuple(number for number, _name in told) for person, told in usage.teams.items()}
        return dict(sorted(groups.by_teams(atoms, cases, teams).items()))
    if by in (TYPE, MODE):
        typed = groups.by_type(atoms, cases) if by == TYPE else groups.by_mode(atoms, cases)
        return dict(sorted(typed.items()))
    dated = {DAY: groups.by_day, MONTH: groups.by_month}.get(by, groups.by_week)(atoms, cases, zone)
    return dict(sorted(dated.items()))


def name_of(by: str, key: object, usage: Usage) -> str:
    if by == CLINICIAN:
        user = next((user for user in usage.people if user.id == key), None)
        return words.person_words(user) if user else str(key)
    if by == TEAM and isinstance(key, tuple):
        names = {number: name for told in usage.teams.values() for number, name in told}
        return words.teams_words([names[number] for number in key])
    if by == WEEK and isinstance(key, date):
        return words.week_words(key, usage.period)
    return words.group_words(by, key)


def time_cell(source: Source, measure: Measure, found: int, key: str | None = None) -> Cell:
    url = made_of(source, measure.value, key) if found else ""
    return Cell(measure.value, words.minutes(found), str(round(found / 60)), url)


def made_of(source: Source, figure: str, key: str | None = None, **changes: object) -> str:
    """The address of what a figure is made of: of all, or of the row with this key."""
    told = {"figure": figure, **({"key": key or "-"} if key is not None else {}), **changes}
    return source.address("usage-parts", **told)


def use_cell(share: float | None, url: str = "") -> Cell:
    return Cell(UTILISATION, words.share(share), "" if share is None else f"{share * 100:.1f}", url)
