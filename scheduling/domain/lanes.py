"""Side-by-side places for visits that overlap (grid.md 3), computed here so that the browser does no layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .interval import Interval


@dataclass(frozen=True, slots=True)
class Lane:
    """Where a visit stands: the `lane` it begins in (0 is leftmost), of `lanes` in its group, and how many it spans."""

    lane: int
    lanes: int
    span: int = 1


def lay_out(intervals: Sequence[Interval]) -> tuple[Lane, ...]:
    """A place for each interval, in the order given; no two that overlap share a lane.

    Earlier ones first, of equal starts the longer first, each takes the leftmost lane that is free. Intervals that
    overlap directly or through others form a group and share its number of lanes; each then widens over the lanes to
    its right until it meets one that is taken at any moment of it. Intervals that only touch do not overlap.
    """
    placed: list[Lane | None] = [None] * len(intervals)
    for group in _groups(intervals):
        for index, lane in _group_lanes(intervals, group):
            placed[index] = lane
    return tuple(lane for lane in placed if lane)


def _groups(intervals: Sequence[Interval]) -> list[list[int]]:
    """The indexes of the intervals in groups that do not meet, each in the order in which lanes are given."""
    order = sorted(range(len(intervals)), key=lambda i: (intervals[i].start, -intervals[i].duration))
    groups: list[list[int]] = []
    reach: datetime | None = None
    for index in order:
        interval = intervals[index]
        if reach is None or interval.start >= reach:
            groups.append([])
            reach = interval.end
        groups[-1].append(index)
        reach = max(reach, interval.end)
    return groups


def _group_lanes(intervals: Sequence[Interval], group: list[int]) -> list[tuple[int, Lane]]:
    lanes: list[list[Interval]] = []
    begins: list[int] = []
    for index in group:
        lane = _first_free(lanes, intervals[index])
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(intervals[index])
        begins.append(lane)
    return [
        (index, Lane(lane, len(lanes), _span(lanes, lane, intervals[index])))
        for index, lane in zip(group, begins, strict=True)
    ]


def _first_free(lanes: list[list[Interval]], interval: Interval) -> int:
    """The leftmost lane whose last interval has ended; a new one to the right where all are taken."""
    return next((n for n, taken in enumerate(lanes) if taken[-1].end <= interval.start), len(lanes))


def _span(lanes: list[list[Interval]], lane: int, interval: Interval) -> int:
    span = 1
    for taken in lanes[lane + 1 :]:
        if any(other.overlaps(interval) for other in taken):
            break
        span += 1
    return span
