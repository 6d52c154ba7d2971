"""Free slots: when a visit could take place, best first, each with its reasons, as few computed as are asked for.

Every clinician is a stream of starts that is opened only when nothing earlier can come from another. Until then the
stream is represented by a bound, the first moment at which the clinician is at work, which costs nothing of their
visits. So "the first 20" of a thousand clinicians looks into the calendars of some dozens.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import heapify, heappop, heapreplace, merge
from itertools import chain, islice
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from .asked import Asked, day_starts
from .interval import Interval
from .request import BadRequest, Order, Problem, Request
from .spans import Spans, instant
from .timetable import Session, Timetable

__all__ = [
    "BadRequest",
    "Clinic",
    "Order",
    "Page",
    "Problem",
    "Reason",
    "ReasonKind",
    "Request",
    "Slot",
    "Standing",
    "find",
    "starts",
]


class ReasonKind(StrEnum):
    """Why a slot stands where it stands."""

    SOONEST = "SOONEST"
    FIRST_WITH = "FIRST_WITH"
    LAST_SEEN = "LAST_SEEN"
    CARE_TEAM = "CARE_TEAM"
    LOAD = "LOAD"
    JOINS = "JOINS"
    WAIT = "WAIT"


class Reason(NamedTuple):
    """A reason and its figure: LAST_SEEN when, LOAD the share booked (0 to 1), JOINS the places left, WAIT how long."""

    kind: ReasonKind
    value: datetime | timedelta | float | int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is free now for all of `clinician_ids`, or a place in the group session `joins`."""

    when: Interval
    clinician_ids: tuple[UUID, ...]
    reasons: tuple[Reason, ...] = ()
    joins: UUID | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some slots in order, and the cursor with which `find` goes on behind them; None where there are no more."""

    slots: tuple[Slot, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a clinician is to the patient."""

    care_team: bool = False
    last_seen: datetime | None = None

    @property
    def tier(self) -> int:
        """0 the clinicians who saw the patient last, 1 the rest of the care team, 2 everybody else."""
        if self.last_seen:
            return 0
        return 1 if self.care_team else 2


STRANGER = Standing()


@dataclass(frozen=True, slots=True)
class Clinic:
    """What a search looks at: clinicians in the order that decides ties, and the patients who would come.

    `zone` is the one whose days group the answer. `patient_busy`: spans of `timetable.patient_busy`.
    """

    tables: Sequence[Timetable]
    zone: ZoneInfo
    patient_ids: tuple[UUID, ...] = ()
    patient_busy: Spans = field(default_factory=list)
    standings: Mapping[UUID, Standing] = field(default_factory=dict)

    def standing(self, clinician_id: UUID) -> Standing:
        return self.standings.get(clinician_id, STRANGER)


def starts(clinic: Clinic, request: Request) -> "list[array[int]]":
    """Every start in seconds since 1970 (UTC), in order: a list for each clinician, one in all for `together`.

    Raises ValueError where the window reaches past what is known of a clinician.
    """
    asked = Asked(request, clinic.patient_busy)
    return [array("q", chain.from_iterable(asked.runs(tables))) for tables in _parties(clinic, request)]


def find(clinic: Clinic, request: Request, *, limit: int = 20, after: str | None = None) -> Page:
    """The best `limit` slots, or the next ones `after` a page's cursor.

    A cursor names the slot it stands behind, so that a slot that is taken or becomes free meanwhile moves no other
    one across it. Raises BadRequest for a cursor that is none, ValueError for a window past what is known.
    """
    search = _Search(clinic, request)
    behind = _read_cursor(after, search) if after else None
    offers = search.offers(request.order)
    first = next(offers, None)
    if first is None:
        return Page((), None)
    earliest = first.start if request.order is Order.SOONEST else search.earliest()
    rest = (offer for offer in chain((first,), offers) if behind is None or offer.key > behind)
    found = list(islice(rest, limit + 1))
    slots = tuple(search.slot(offer, earliest) for offer in found[:limit])
    return Page(slots, _cursor(found[limit - 1]) if len(found) > limit else None)


Key = tuple[int, ...]
_KeyOf = Callable[[int, int, int], Key]
Party = Sequence[Timetable]


def _parties(clinic: Clinic, request: Request) -> Sequence[Party]:
    """Who would see the patient: each clinician alone, or all at once."""
    if request.together:
        return [clinic.tables] if clinic.tables else []
    return [(table,) for table in clinic.tables]


class _Offer(NamedTuple):
    """One slot before it is dressed: its place in the order, its time, and whether it is its stream's first."""

    key: Key
    stream: "_Stream"
    start: int
    end: int
    session: Session | None
    leads: bool


class _Stream:
    """The starts of one party in order, computed when they are first needed. `rank` orders the parties of one day."""

    __slots__ = ("_times", "index", "party", "rank", "search")

    def __init__(self, search: "_Search", index: int, party: Party, rank: int) -> None:
        self.search, self.index, self.party, self.rank = search, index, party, rank
        self._times: Iterator[tuple[int, int, Session | None]] | None = None

    def opens(self) -> int | None:
        """No slot lies before this second; None where there is none at all."""
        begin = self.search.asked.window[0]
        if self.search.request.join:
            return begin  # a session may lie outside the hours
        latest: int = begin
        for table in self.party:
            opens = table.opens(begin)
            if opens is None:
                return None
            latest = max(latest, opens)
        return latest

    def next(self, key: _KeyOf) -> _Offer | None:
        leads = self._times is None
        if self._times is None:
            self._times = self.search.times(self.index, self.party)
        for start, end, session in self._times:
            return _Offer(key(start, self.rank, self.index), self, start, end, session, leads)
        return None


def _soonest(start: int, rank: int, index: int) -> Key:
    return start, rank, index


class _Search:
    """One request over one clinic: its streams, and the order in which they are read."""

    def __init__(self, clinic: Clinic, request: Request) -> None:
        self.clinic, self.request = clinic, request
        self.asked = Asked(request, clinic.patient_busy)
        self.parties = _parties(clinic, request)
        self._days = day_starts(self.asked.window, clinic.zone) if request.order is not Order.SOONEST else []

    def offers(self, order: Order) -> Iterator[_Offer]:
        """All slots, best first, each computed when it is asked for."""
        key = self.key_of(order)
        heap: list[tuple[Key, _Offer | None, _Stream]] = []
        for index, party in enumerate(self.parties):
            stream = _Stream(self, index, party, self.rank(party, order))
            opens = stream.opens()
            if opens is not None:
                heap.append((key(opens, stream.rank, index), None, stream))
        heapify(heap)
        while heap:
            _, offer, stream = heap[0]
            if offer:
                yield offer
            following = stream.next(key)
            if following:
                heapreplace(heap, (following.key, following, stream))
            else:
                heappop(heap)

    def key_of(self, order: Order) -> _KeyOf:
        """What orders slots: a function of start, rank and number of the party."""
        return _soonest if order is Order.SOONEST else self._by_day

    def _by_day(self, start: int, rank: int, index: int) -> Key:
        return bisect_right(self._days, start), rank, start, index

    def rank(self, party: Party, order: Order) -> int:
        if order is Order.EVEN_LOAD:
            return max(table.load(self.asked.window) for table in party)
        if not self.clinic.standings:
            return STRANGER.tier
        return min(self.clinic.standing(table.clinician_id).tier for table in party)

    def earliest(self) -> int:
        """The start of the soonest slot; there must be one."""
        return next(self.offers(Order.SOONEST)).start

    def times(self, index: int, party: Party) -> Iterator[tuple[int, int, Session | None]]:
        """The slots of one party by start: new visits, and where asked the group sessions that can be joined."""
        length = self.asked.length
        alone = ((start, start + length, None) for run in self.asked.runs(party) for start in run)
        if not self.request.join:
            return alone
        joined = ((session.start, session.end, session) for session in self._sessions(index, party))
        return merge(alone, joined, key=itemgetter(0, 1))

    def _sessions(self, index: int, party: Party) -> list[Session]:
        """Those this party is the first to offer: a session of several clinicians is one slot, not several."""
        offered = self._joinable(party)
        taken = {session.event.id for other in self.parties[:index] for session in self._shared(offered, other)}
        return [session for session in offered if session.event.id not in taken]

    def _shared(self, offered: list[Session], other: Party) -> list[Session]:
        known = [session for session in offered if session.event.involves(other[0].clinician_id)]
        return [session for session in self._joinable(other) if session in known] if known else []

    def _joinable(self, party: Party) -> list[Session]:
        """The sessions in which all of the party take part and that lie in what is asked of each."""
        common = [s for s in party[0].sessions(self.clinic.patient_ids) if self.asked.fits(s, party[0].zone)]
        for table in party[1:]:
            theirs = {s.event.id for s in table.sessions(self.clinic.patient_ids) if self.asked.fits(s, table.zone)}
            common = [session for session in common if session.event.id in theirs]
        return common

    def slot(self, offer: _Offer, earliest: int) -> Slot:
        when = Interval(instant(offer.start), instant(offer.end))
        ids = tuple(table.clinician_id for table in offer.stream.party)
        joins = offer.session.event.id if offer.session else None
        return Slot(when, ids, tuple(self._reasons(offer, earliest)), joins)

    def _reasons(self, offer: _Offer, earliest: int) -> Iterator[Reason]:
        """Why this slot is among the first; how long the wait is, where there is nothing else to say for it."""
        special = list(self._special(offer, earliest))
        yield from special or [Reason(ReasonKind.WAIT, timedelta(seconds=offer.start - self.asked.window[0]))]

    def _special(self, offer: _Offer, earliest: int) -> Iterator[Reason]:
        standings = [self.clinic.standing(table.clinician_id) for table in offer.stream.party]
        seen = [standing.last_seen for standing in standings if standing.last_seen]
        if offer.start == earliest:
            yield Reason(ReasonKind.SOONEST)
        elif offer.leads:
            yield Reason(ReasonKind.FIRST_WITH)
        if seen:
            yield Reason(ReasonKind.LAST_SEEN, max(seen))
        if any(standing.care_team for standing in standings):
            yield Reason(ReasonKind.CARE_TEAM)
        if self.request.order is Order.EVEN_LOAD:
            yield Reason(ReasonKind.LOAD, offer.stream.rank / 1000)
        if offer.session:
            yield Reason(ReasonKind.JOINS, offer.session.places)


CURSOR = re.compile(r"(\d{1,12})\.(\d{1,6})\.([0-9a-f]{32})", re.ASCII)


def _cursor(offer: _Offer) -> str:
    """The slot as text: its start, the rank of its party, and who that is."""
    return f"{offer.start}.{offer.stream.rank}.{offer.stream.party[0].clinician_id.hex}"


def _read_cursor(text: str, search: _Search) -> Key:
    """The place in the order behind which to go on. Raises BadRequest for a text that no page has given."""
    parts = CURSOR.fullmatch(text)
    if not parts:
        raise BadRequest(Problem("after", "broken"))
    start, rank, clinician = int(parts[1]), int(parts[2]), UUID(parts[3])
    known = (n for n, party in enumerate(search.parties) if party[0].clinician_id == clinician)
    return search.key_of(search.request.order)(start, rank, next(known, -1))
