"""What the tables of a board print."""

from dataclasses import dataclass
from uuid import UUID

from scheduling.domain.interval import Interval
from scheduling.web.clock import stamp

from .figures import Totals
from .live import mark_of


@dataclass(frozen=True, slots=True)
class Line:
    """One row: from when to when, who, what, and where it leads. `kind`: visit, leave, closed, free or hold.

    `type` and `status` are the API's words in lower case. `target` is where the page shows what `url` answers.
    """

    at: Interval
    kind: str
    time: str
    person: str
    person_id: UUID
    what: str
    details: str = ""
    state: str = ""
    url: str = ""
    target: str = "#panel"
    event_id: str = ""
    type: str = ""
    status: str = ""
    dim: bool = False

    @property
    def start(self) -> str:
        return stamp(self.at.start)

    @property
    def end(self) -> str:
        return stamp(self.at.end)


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """One table. `people`: its rows are of several people."""

    id: str
    day: str
    title: str
    url: str
    note: str
    today: bool
    totals: Totals
    lines: tuple[Line, ...]
    people: bool
    clinician_id: UUID | None = None

    @property
    def mark(self) -> str:
        return mark_of(self)
