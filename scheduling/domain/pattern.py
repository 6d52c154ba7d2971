"""A week of hours as a pattern: minutes after midnight by weekday, with nights that end on the next weekday.

Welkin knows no hours past midnight (welkin-api 6.2), so a night is two of its entries: 22:00-24:00 on its own weekday
and 00:00-06:00 on the next one, Sunday's on Monday. `unfold` makes the two of the one, `fold` the one of the two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

DAY = 24 * 60
WEEKDAYS = range(1, 8)
STEP = 15
SHORT_GAP = 15
LONG = 12 * 60
BREAK = 30

Span = tuple[int, int]
"""Start and end in minutes after the midnight that begins its weekday; a night ends after `DAY`, before it is 24 h."""

Pattern = Mapping[int, tuple[Span, ...]]
"""The spans by ISO weekday (1 Monday ... 7 Sunday); a weekday may be missing."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One interval and the weekday it begins on."""

    weekday: int
    span: Span

    @property
    def is_night(self) -> bool:
        return self.span[1] > DAY


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of an interval that lies on `weekday`: all of it, or one half of a night."""

    weekday: int
    span: Span
    whole: Placed


def next_day(weekday: int) -> int:
    return weekday % 7 + 1


def day_before(weekday: int) -> int:
    return (weekday - 2) % 7 + 1


def pieces(week: Pattern) -> dict[int, tuple[Piece, ...]]:
    """What lies on each of the seven weekdays, sorted by start."""
    found: dict[int, list[Piece]] = {weekday: [] for weekday in WEEKDAYS}
    for weekday in WEEKDAYS:
        for start, end in week.get(weekday, ()):
            whole = Placed(weekday, (start, end))
            found[weekday].append(Piece(weekday, (start, min(end, DAY)), whole))
            if end > DAY:
                found[next_day(weekday)].append(Piece(next_day(weekday), (0, end - DAY), whole))
    return {weekday: tuple(sorted(row, key=lambda piece: piece.span)) for weekday, row in found.items()}


def unfold(week: Pattern) -> dict[int, tuple[Span, ...]]:
    """The week without nights, each as its two halves; sorted, and nothing is merged."""
    return {weekday: tuple(piece.span for piece in row) for weekday, row in pieces(week).items()}


def fold(week: Pattern) -> dict[int, tuple[Span, ...]]:
    """The week with nights: where one interval alone reaches midnight, and one alone goes on from there, they are one.

    Not where the two together are a whole day or longer, nor where the second one reaches midnight itself: those
    could not be typed. `unfold` of it is the week again.
    """
    nights = {weekday: night for weekday in WEEKDAYS if (night := _night(week, weekday))}
    folded = {}
    for weekday in WEEKDAYS:
        gone = {(night[0], DAY) for day, night in nights.items() if day == weekday}
        gone |= {(0, night[1] - DAY) for day, night in nights.items() if next_day(day) == weekday}
        kept = [span for span in week.get(weekday, ()) if span not in gone]
        folded[weekday] = tuple(sorted([*kept, nights[weekday]] if weekday in nights else kept))
    return folded


def _night(week: Pattern, weekday: int) -> Span | None:
    late = [span for span in week.get(weekday, ()) if span[1] == DAY]
    early = [span for span in week.get(next_day(weekday), ()) if span[0] == 0]
    if len(late) != 1 or len(early) != 1:
        return None
    (start, _), (_, end) = late[0], early[0]
    return (start, DAY + end) if end < start else None


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted intervals; overlapping and touching ones become one, empty ones nothing."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return tuple(found)


def total(week: Pattern) -> int:
    """The minutes of a full week, those that are there twice once."""
    return sum(end - start for row in unfold(week).values() for start, end in merge(row))


def overlaps(week: Pattern) -> dict[int, tuple[tuple[Placed, Placed], ...]]:
    """By weekday the intervals that share time on it, in pairs: the one that reaches furthest and a later one."""
    return {weekday: tuple(_overlapping(row)) for weekday, row in pieces(week).items()}


def _overlapping(row: tuple[Piece, ...]) -> Iterable[tuple[Placed, Placed]]:
    furthest: Piece | None = None
    for piece in row:
        if furthest and piece.span[0] < furthest.span[1]:
            yield furthest.whole, piece.whole
        if furthest is None or piece.span[1] > furthest.span[1]:
            furthest = piece


def short_gaps(week: Pattern, shorter: int = SHORT_GAP) -> dict[int, tuple[Span, ...]]:
    """By weekday the breaks between two intervals that are shorter than so many minutes."""
    return {
        weekday: tuple((a[1], b[0]) for a, b in pairwise(merge(row)) if b[0] - a[1] < shorter)
        for weekday, row in unfold(week).items()
    }


def too_long(week: Pattern, longer: int = LONG) -> dict[int, tuple[Span, ...]]:
    """By weekday the intervals that begin on it and are longer than so many minutes."""
    return {
        weekday: tuple(span for span in week.get(weekday, ()) if span[1] - span[0] > longer) for weekday in WEEKDAYS
    }


def split(span: Span) -> tuple[Span, Span] | None:
    """Two intervals with a break of half an hour: at noon where noon lies inside, else in the middle; None where either
    would be shorter than a quarter of an hour."""
    start, end = span
    noon = DAY // 2
    first = (
        noon
        if start + STEP <= noon and noon + BREAK + STEP <= end
        else ((start + end) // 2 - BREAK // 2) // STEP * STEP
    )
    return ((start, first), (first + BREAK, end)) if start + STEP <= first and first + BREAK + STEP <= end else None
