"""What somebody asks of a search for free time, checked so that no answer can cost without bound."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .interval import Interval
from .week import FIRST_YEAR, LAST_YEAR, MIDNIGHT, ONE_DAY

EVERY_DAY = frozenset(range(1, 8))
SHORTEST, LONGEST = timedelta(minutes=5), ONE_DAY
LONGEST_BUFFER = timedelta(hours=4)
LONGEST_WINDOW = 366 * ONE_DAY
QUARTER = timedelta(minutes=15)
NOTHING = timedelta()


class Order(StrEnum):
    """Which answers come first. The last two rank within each day: a day sooner is always better."""

    SOONEST = "SOONEST"
    CARE_TEAM = "CARE_TEAM"
    EVEN_LOAD = "EVEN_LOAD"


class Problem(NamedTuple):
    """What cannot be asked: the field of the request, and why as a code; words are the screen's business."""

    field: str
    code: str


class BadRequest(ValueError):
    """The request makes no sense or would cost without bound; `problems` has all that is wrong with it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))


@dataclass(frozen=True, slots=True)
class Request:
    """A visit of `length` within `window`, with any one of the clinicians or with all of them `together`.

    It starts on whole multiples of `step` (`offset` later) after midnight on the clinician's clock, the first one's
    when together. It lies wholly on the ISO `weekdays` and `between` two times of day (an end of 00:00 is midnight),
    read on `clock`, or on each clinician's own clock where that is None. The clinician's other visits keep `before`
    and `after` clear of it. `join` offers places in group sessions too, at the session's own time and length.
    Raises BadRequest with everything that is wrong.
    """

    window: Interval
    length: timedelta
    step: timedelta = QUARTER
    offset: timedelta = NOTHING
    together: bool = False
    weekdays: frozenset[int] = EVERY_DAY
    between: tuple[time, time] | None = None
    clock: ZoneInfo | None = None
    before: timedelta = NOTHING
    after: timedelta = NOTHING
    join: bool = False
    order: Order = Order.SOONEST

    def __post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise BadRequest(*problems)

    def _problems(self) -> Iterator[Problem]:
        yield from _outside("length", self.length, SHORTEST, LONGEST)
        yield from _outside("step", self.step, SHORTEST, LONGEST)
        yield from _outside("before", self.before, NOTHING, LONGEST_BUFFER)
        yield from _outside("after", self.after, NOTHING, LONGEST_BUFFER)
        if self.step >= SHORTEST and not NOTHING <= self.offset < self.step:
            yield Problem("offset", "outside_step")
        if self.window.duration > LONGEST_WINDOW:
            yield Problem("window", "too_long")
        if self.window.start.year < FIRST_YEAR + 1 or self.window.end.year > LAST_YEAR:
            yield Problem("window", "too_far")
        if not self.weekdays:
            yield Problem("weekdays", "none")
        elif not self.weekdays <= EVERY_DAY:
            yield Problem("weekdays", "unknown")
        if self.between and any(wall_time.tzinfo for wall_time in self.between):
            yield Problem("between", "zone")
        elif self.between and self.between[1] <= self.between[0] and self.between[1] != MIDNIGHT:
            yield Problem("between", "end_before_start")


def _outside(field: str, value: timedelta, least: timedelta, most: timedelta) -> Iterator[Problem]:
    if value < least:
        yield Problem(field, "too_short")
    elif value > most:
        yield Problem(field, "too_long")
