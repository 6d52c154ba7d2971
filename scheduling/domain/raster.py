"""At which instants a visit may begin: whole multiples of a step after midnight on the clock of a zone.

Quarter hours are the same everywhere and on every day; an hour in Lord Howe, whose clock changes by half of one, or a
step of 50 minutes, which begins anew at each midnight, are not. A raster is therefore a list of pieces of real time,
each with its own origin, and in nearly all clinics a list of one.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from zoneinfo import ZoneInfo

from .localday import ordinals, stretches
from .spans import DAY_SECONDS

_end_of = itemgetter(1)
Piece = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Raster:
    """Pieces `(start, end, origin)` of seconds that cover a window: starts are `origin` plus multiples of `step`."""

    step: int
    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, window: tuple[int, int], zone: ZoneInfo, step: int, offset: int) -> "Raster":
        """For all local days that the window touches; `step` and `offset` (less than a step) in seconds."""
        pieces: list[Piece] = []
        for ordinal in ordinals(window, zone):
            for start, end, midnight in stretches(ordinal, zone):
                origin = midnight + offset
                if pieces and _continues(pieces[-1][2], origin, step):
                    pieces[-1] = (pieces[-1][0], end, pieces[-1][2])
                else:
                    pieces.append((start, end, origin))
        return cls(step, tuple(pieces))

    def runs(self, free: Sequence[tuple[int, int]], length: int) -> list[range]:
        """Every start of a visit of this length that lies wholly in one of the spans, as ranges in order."""
        if len(self.pieces) == 1:
            step, origin = self.step, self.pieces[0][2]
            found = [range(start + (origin - start) % step, end - length + 1, step) for start, end in free]
            return [run for run in found if run]
        return [run for start, end in free for run in self._pieced(start, end - length)]

    def _pieced(self, start: int, latest: int) -> list[range]:
        found: list[range] = []
        for low, high, origin in self.pieces[bisect_right(self.pieces, start, key=_end_of) :]:
            if low > latest:
                break
            begin = max(low, start)
            run = range(begin + (origin - begin) % self.step, min(high - 1, latest) + 1, self.step)
            if run:
                found.append(run)
        return found


def not_before(second: int, zone: ZoneInfo, step: int, offset: int) -> int:
    """A second before which no start lies that is not before the given one; looks at its own local day only."""
    for ordinal in ordinals((second, second + 1), zone):
        for start, end, midnight in stretches(ordinal, zone):
            if start <= second < end:
                return min(end, second + (midnight + offset - second) % step)
    return second


def _continues(origin: int, next_origin: int, step: int) -> bool:
    """Whether both origins give the same starts; a step that does not divide the day begins anew every midnight."""
    return DAY_SECONDS % step == 0 and (next_origin - origin) % step == 0
