"""A day as a thin strip of SVG: hours, leave and booked time on one line. A unit of the axis is one wide."""

from collections.abc import Iterable
from dataclasses import dataclass

from scheduling.domain.interval import Interval, clip

from .axis import Visible
from .columns import Column


@dataclass(frozen=True, slots=True)
class Strip:
    """The width in units, and what lies on it as data of one path each; empty where there is none."""

    width: int
    hours: str
    leave: str
    booked: str


def strip(column: Column, visible: Visible) -> Strip:
    """The visible part of the day. Closed time is left out of the hours; time that we claim counts as booked."""
    if not column.interval:
        return Strip(visible.length, "", "", "")
    offered = column.offered
    leave = clip(column.time.leave, column.interval)
    booked = (*clip(column.time.busy, column.interval), *(hold.when for hold in column.holds))
    drawn = (_path(column, visible, rows) for rows in (offered, leave, booked))
    return Strip(visible.length, *drawn)


def _path(column: Column, visible: Visible, times: Iterable[Interval]) -> str:
    """Each piece as a line to the right."""
    pieces = []
    for when in times:
        inside = when.clip(column.interval) if column.interval else None
        place = visible.clip(*column.scale.place(inside)) if inside else None
        if place:
            pieces.append(f"M{place[0]} 0h{place[1]}")
    return "".join(pieces)
