"""The bars over and under the grid that open the hours it leaves out, and say what stands in them.

Hours and visits are always shown; left out may be cancelled visits and leave outside the hours somebody works.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.occupancy import Use

from .axis import Axis, Visible
from .columns import Column

# What an address may ask for as `hours`: those that are used, or with the earlier, the later or both ends of the day.
WORKED, EARLY, LATE, ALL = HOURS = ("worked", "early", "late", "all")


@dataclass(frozen=True, slots=True)
class Opener:
    """One bar: which end of the day (`early` or `late`), what it says, where it leads, and whether it is open."""

    key: str
    text: str
    url: str
    opened: bool

    @property
    def icon(self) -> str:
        """Up where the grid grows or shrinks upwards."""
        return "chevron-up" if (self.key == EARLY) != self.opened else "chevron-down"


def widened(axis: Axis, worked: Visible, hours: str) -> Visible:
    """The hours that are used, with the ends of the day that are asked for."""
    first = 0 if hours in (EARLY, ALL) else worked.first
    end = axis.length if hours in (LATE, ALL) else worked.end
    return replace(worked, first=first, end=end)


def openers(axis: Axis, worked: Visible, hours: str, columns: Sequence[Column], own: str) -> dict[str, Opener]:
    """The bars by their keys, where there is something to open. `own` is the page's address."""
    ends = {EARLY: (0, worked.first), LATE: (worked.end, axis.length)}
    return {
        key: Opener(key, _text(key, axis, end, columns, hours), _url(own, hours, key), hours in (key, ALL))
        for key, end in ends.items()
        if end[0] < end[1]
    }


def _url(own: str, hours: str, key: str) -> str:
    """The same page with this end opened, or closed."""
    shown = {EARLY, LATE} if hours == ALL else {hours} - {WORKED}
    shown ^= {key}
    told = ALL if len(shown) > 1 else next(iter(shown), WORKED)
    return f"{own}{'&' if '?' in own else '?'}hours={told}"


def _text(key: str, axis: Axis, end: tuple[int, int], columns: Iterable[Column], hours: str) -> str:
    times = f"{_label(axis, end[0])}–{_label(axis, end[1])}"
    if hours in (key, ALL):
        return _("Hide %(times)s") % {"times": times}
    word = _("Earlier: %(times)s") if key == EARLY else _("Later: %(times)s")
    return " · ".join((word % {"times": times}, *_hidden(columns, end)))


def _label(axis: Axis, unit: int) -> str:
    return next((tick.label for tick in axis.ticks if tick.unit == unit), "24:00")


def _hidden(columns: Iterable[Column], end: tuple[int, int]) -> Iterable[str]:
    """What lies in this end of the day alone."""
    uses = [use for column in columns for use in _uses(column, end)]
    gone = uses.count(None)
    if gone:
        yield ngettext("%d cancelled visit", "%d cancelled visits", gone) % gone
    if len(uses) > gone:
        yield _("leave")


def _uses(column: Column, end: tuple[int, int]) -> Iterator[Use | None]:
    for row in column.shown:
        inside = row.when.clip(column.interval) if column.interval else None
        place = column.scale.place(inside) if inside else None
        if place and end[0] <= place[0] and place[1] <= end[1] and (row.use or column.rights.names):
            yield row.use
