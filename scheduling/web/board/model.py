"""What the templates of the board print."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from scheduling.domain.person import User
from scheduling.web.stale import Stale

from .agenda_model import AgendaDay
from .columns import Drawn
from .figures import NOTHING, Totals
from .live import Loose, Part, mark_of
from .openers import Opener


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a picker."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A label of the axis: its row as a class, the viewer's time, the clinician's where it differs."""

    row: str
    label: str
    other: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to a column on a narrow screen."""

    target: str
    top: str
    label: str
    spoken: str
    today: bool
    visits: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above the grid."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """Another view of the same people and days. `key` is its hook for keys and tests."""

    label: str
    url: str
    current: bool
    key: str


@dataclass(frozen=True, slots=True)
class Links:
    """Where the toolbar leads and how the steps are called. None where the calendar ends."""

    own: str
    previous: str | None
    before: str
    next: str | None
    after: str
    today: str
    now: str
    everybody: str = ""
    find: str = ""
    views: tuple[View, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """One question of the filter with its answers."""

    name: str
    label: str
    options: tuple[Option, ...]

    @property
    def count(self) -> int:
        """How many are chosen."""
        return sum(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class FilterBar:
    """The filter as the toolbar prints it. `told` says how much matches, empty while nothing is filtered.

    `back` is the page itself, without a view in its address: where the switch of the views leads. `other_names` is the
    page with names where it has `initials` now, and the other way round. `people`: who of several can be chosen.
    """

    action: str
    hidden: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    told: str
    clear: str
    back: str
    other_names: str
    initials: bool
    people: Group | None = None


@dataclass(frozen=True, slots=True)
class Zones:
    """The viewer's zone over the axis, and the clinician's where their clocks differ: short, and in words."""

    short: str
    title: str
    other_short: str = ""
    other_title: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the templates print. `rows` is the class that gives the grid its height.

    `poll`: after how many seconds the board asks again by itself, 0 for never.
    """

    title: str
    period: str
    week_words: str
    kind: str
    links: Links
    options: tuple[Option, ...]
    anchor: date
    is_now: bool
    openers: Mapping[str, Opener]
    rows: str
    marks: tuple[Mark, ...]
    columns: tuple[Drawn, ...]
    tabs: tuple[Tab, ...]
    totals: Totals
    notices: tuple[Notice, ...]
    zones: Zones
    read_at: str
    made_at: str
    now: str
    poll: int = 0
    stale: Stale | None = None
    user: User | None = None
    nobody_works: bool = False
    filter: FilterBar | None = None
    agenda: tuple[AgendaDay, ...] = ()

    @property
    def frame(self) -> str:
        """The mark of all that is no part and does not merely tell the time."""
        return mark_of(
            replace(self, columns=(), agenda=(), tabs=(), totals=NOTHING, poll=0, now="", read_at="", made_at="")
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        """What can be replaced alone, with the marks of now."""
        loose = (Loose("board-total", self.total_mark), Loose("board-poll", self.poll_mark))
        return (*self.agenda, *loose) if self.agenda else (*self.columns, *loose, Loose("board-tabs", self.tabs_mark))

    @property
    def total_mark(self) -> str:
        return mark_of(self.totals)

    @property
    def poll_mark(self) -> str:
        return mark_of(self.poll)

    @property
    def tabs_mark(self) -> str:
        return mark_of(self.tabs)
