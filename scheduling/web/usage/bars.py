"""Bars of hours: booked, leave and free inside what is offered, then what was booked outside."""

from collections.abc import Iterable
from dataclasses import dataclass

# Told by their shape too: booked fills the bar, leave its lower half, free time is a line at its foot, what is outside
# the hours its upper half. `y` and height, of ten.
SHAPES = {"booked": (0, 10), "leave": (5, 5), "free": (8, 2), "outside": (0, 5)}


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of a bar, in per mille of the longest one of the page."""

    kind: str
    x: int
    width: int
    y: int
    height: int


Bar = tuple[Part, ...]


def bar_of(stretches: Iterable[tuple[str, float]], longest: float) -> Bar:
    """The stretches one after the other, in the unit of `longest`; those too short to be seen are left out."""
    if not longest:
        return ()
    parts, x = [], 0
    for kind, found in stretches:
        width = round(1000 * found / longest)
        if width:
            parts.append(Part(kind, x, width, *SHAPES[kind]))
        x += width
    return tuple(parts)
