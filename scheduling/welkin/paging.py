"""Walks lists that come in pages, whole or not at all without saying so (reliability F21 to F24).

The first pages of all pieces are asked for at once, then all further pages at once, as many as the API's own count
and the page size it granted make necessary. What follows is for lists that misbehave: a list that grew is read on
page by page, one that moved is read a second time, one that never ends is left when it brings nothing new.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .policy import Policy
from .wire.fields import read_instant
from .wire.pages import Page

Fetch = Callable[[int], Page]
Parallel = Callable[[Sequence[Callable[[], Page]]], list[Page]]


@dataclass(frozen=True, slots=True)
class Walked:
    """The raw rows of all pages, each id once. `complete` is False where some may be missing."""

    rows: tuple[object, ...] = field(repr=False)
    total: int
    complete: bool


@dataclass(slots=True)
class _Piece:
    """One paged query and what has come of it so far."""

    fetch: Fetch
    policy: Policy
    rows: dict[str, object] = field(default_factory=dict, repr=False)
    totals: list[int] = field(default_factory=list)
    step: int = 0
    asked: int = 0
    ended: bool = False
    bounded: bool = False

    def take(self, page: Page) -> int:
        """Adds a page; answers how many rows of it were new."""
        before = len(self.rows)
        for place, row in enumerate(page.rows):
            _keep_newest(self.rows, _key(row, f"{self.asked}/{place}"), row)
        self.asked += 1
        self.ended = self.ended or page.last is True or (page.last is None and not page.rows)
        if page.total is not None:
            self.totals.append(page.total)
        return len(self.rows) - before

    def begin(self, page: Page) -> None:
        """The first page tells how large pages are here: a full one is what was granted, whatever `size` claims."""
        self.take(page)
        self.step = len(page.rows) if page.rows and page.last is not True else page.size or len(page.rows)

    def ahead(self) -> range:
        """The further pages that the count makes necessary."""
        if self.ended or not self.totals or not self.step:
            return range(0)
        pages = -(-min(self.totals[0], self.policy.max_rows) // self.step)
        return range(1, min(pages, self.policy.max_pages))

    def read_on(self) -> None:
        """Page by page until the last one; a page that is empty or brings nothing new ends a list that will not."""
        while not self.ended:
            if self.asked >= self.policy.max_pages or len(self.rows) >= self.policy.max_rows:
                self.bounded = True
                return
            page = self.fetch(self.asked)
            if not self.take(page):
                return

    @property
    def consistent(self) -> bool:
        """Every page told the same count and so many rows have come; without counts, a clean end has to do."""
        if self.bounded:
            return False
        if not self.totals:
            return self.ended
        return len(set(self.totals)) == 1 and self.totals[0] == len(self.rows)


def walk(fetches: Sequence[Fetch], parallel: Parallel, policy: Policy) -> Walked:
    """All rows of all pieces. Raises what the fetching raises: a list is never cut short by an error."""
    pieces = _walked(fetches, parallel, policy)
    moved = [place for place, piece in enumerate(pieces) if not piece.consistent]
    if moved:
        again = _walked([fetches[place] for place in moved], parallel, policy)
        for place, piece in zip(moved, again, strict=True):
            pieces[place] = piece if piece.consistent else _united(pieces[place], piece)
    rows: dict[str, object] = {}
    for piece in pieces:
        for key, row in piece.rows.items():
            _keep_newest(rows, key, row)
    told = pieces[0].totals[-1:] if len(pieces) == 1 else []
    return Walked(tuple(rows.values()), max([len(rows), *told]), all(piece.consistent for piece in pieces))


def _walked(fetches: Sequence[Fetch], parallel: Parallel, policy: Policy) -> list[_Piece]:
    pieces = [_Piece(fetch, policy) for fetch in fetches]
    for piece, page in zip(pieces, parallel([_task(piece, 0) for piece in pieces]), strict=True):
        piece.begin(page)
    ahead = [(piece, number) for piece in pieces for number in piece.ahead()]
    for (piece, _), page in zip(ahead, parallel([_task(*task) for task in ahead]), strict=True):
        piece.take(page)
    for piece in pieces:
        piece.read_on()
    return pieces


def _task(piece: _Piece, number: int) -> Callable[[], Page]:
    return lambda: piece.fetch(number)


def _united(first: _Piece, second: _Piece) -> _Piece:
    """Both passes together: the list would not hold still, so rather too many rows than too few."""
    for key, row in first.rows.items():
        _keep_newest(second.rows, key, row)
    second.bounded = True
    return second


def _key(row: object, place: str) -> str:
    """What makes a row the same row: its id, or where it has none its whole content."""
    if isinstance(row, dict) and isinstance(row.get("id"), str):
        return str(row["id"]).lower()
    try:
        return json.dumps(row, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return place


def _keep_newest(rows: dict[str, object], key: str, row: object) -> None:
    """One id twice with different content: the later `updatedAt` stays, the first one where they are alike (F23)."""
    if key not in rows or _changed(row) > _changed(rows[key]):
        rows[key] = row


def _changed(row: object) -> float:
    try:
        return read_instant(row.get("updatedAt") if isinstance(row, dict) else None).timestamp()
    except (ValueError, OverflowError):
        return 0.0
