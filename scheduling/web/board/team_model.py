"""What the templates of a team's week print."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.safestring import SafeString

from scheduling.web.stale import Stale

from .figures import NOTHING, Totals
from .live import Loose, Part, mark_of
from .model import FilterBar, Links, Notice, Option


@dataclass(frozen=True, slots=True)
class Row:
    """One person's week. `id` is that of its row on the page, `cells` its seven days (team_cells.py)."""

    id: str
    clinician_id: UUID
    name: str
    note: str
    note_title: str
    url: str
    cells: SafeString
    totals: Totals
    idle: bool

    @property
    def mark(self) -> str:
        """What tells this row as it is now from what it was before."""
        return mark_of(self)


@dataclass(frozen=True, slots=True)
class DayHead:
    """A day over its cells, with the sum of them."""

    day: str
    top: str
    label: str
    spoken: str
    url: str
    today: bool
    note: str
    note_title: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class TeamBoard:
    """What the page prints. The names that other boards have too mean the same.

    `asked_visits`: whether the login wants to see each visit; `look` is what there is room for: `figures`, `visits`,
    or `visits roomy` where few people share the screen.
    """

    title: str
    period: str
    week_words: str
    links: Links
    options: tuple[Option, ...]
    anchor: date
    is_now: bool
    days: tuple[DayHead, ...]
    rows: tuple[Row, ...]
    totals: Totals
    span: str
    notices: tuple[Notice, ...]
    read_at: str
    poll: int
    stale: Stale | None
    filter: FilterBar
    asked_visits: bool
    look: str
    kind: str = "team"

    @property
    def visits(self) -> bool:
        """Whether the cells list visits."""
        return self.look != "figures"

    @property
    def frame(self) -> str:
        """The mark of all that is no part and does not merely tell the time."""
        days = tuple(replace(day, totals=NOTHING) for day in self.days)
        return mark_of(replace(self, rows=(), days=days, totals=NOTHING, poll=0, read_at=""))

    @property
    def parts(self) -> tuple[Part, ...]:
        """What can be replaced alone, with the marks of now."""
        loose = (Loose("board-total", self.total_mark), Loose("board-poll", self.poll_mark))
        return (*self.rows, *loose, Loose("team-all", self.all_mark)) if self.rows else loose

    @property
    def all_mark(self) -> str:
        """The mark of the sums under the table."""
        return mark_of([day.totals for day in self.days], self.totals)

    @property
    def poll_mark(self) -> str:
        return mark_of(self.poll)

    @property
    def total_mark(self) -> str:
        return mark_of(self.totals)
