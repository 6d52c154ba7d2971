"""The slots of a clinic one by one, best first, each computed when it is asked for.

Every clinician is a stream of starts that is opened only when nothing better can come from another. Until then the
stream is represented by a bound, the first moment at which the clinician is at work, which costs nothing of their
visits. So "the first 20" of a thousand clinicians looks into the calendars of some dozens.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import heapify, heappop, heapreplace, merge
from operator import itemgetter
from typing import NamedTuple

from .asked import Asked, day_starts
from .clinic import Clinic, Party
from .ranking import STRANGER
from .request import Order, Request
from .sessions import offered
from .timetable import Session

Key = tuple[int, ...]
KeyOf = Callable[[int, int, int], Key]
# Where the rank stands in the key of every order.
RANK = 1


class Offer(NamedTuple):
    """One slot before it is dressed: its place in the order, its time, and whether it is its stream's first.

    The place ends with its end and its session, for two sessions of one clinician may begin together.
    """

    key: Key
    stream: "Stream"
    start: int
    end: int
    session: Session | None
    leads: bool


class Stream:
    """The starts of one party in order, computed when they are first needed. `rank` orders the parties of one day."""

    __slots__ = ("_times", "index", "party", "rank", "search")

    def __init__(self, search: "Search", index: int, rank: int) -> None:
        self.search, self.index, self.rank = search, index, rank
        self.party = search.parties[index]
        self._times: Iterator[tuple[int, int, Session | None]] | None = None

    def next(self, key: KeyOf) -> Offer | None:
        """Its next slot, None behind the last one."""
        leads = self._times is None
        if self._times is None:
            self._times = self.search.times(self.index)
        for start, end, session in self._times:
            place = key(start, self.rank, self.index)
            return Offer((*place, end, session.event.id.int if session else 0), self, start, end, session, leads)
        return None


def _soonest(start: int, rank: int, index: int) -> Key:
    return start, rank, index


class Search:
    """One request over one clinic: its streams, and the order in which they are read."""

    def __init__(self, clinic: Clinic, request: Request) -> None:
        self.clinic, self.request = clinic, request
        self.asked = Asked(request, clinic.patient_busy)
        self.asked.require(clinic.tables)
        self.parties = clinic.parties(request)
        self._days = day_starts(self.asked.window, clinic.zone) if request.order is not Order.SOONEST else []

    def offers(self, order: Order) -> Iterator[Offer]:
        """All slots, best first, each computed when it is asked for."""
        key = self.key_of(order)
        heap = self._bounds(key, order)
        heapify(heap)
        while heap:
            place, offer, index = heap[0]
            if offer:
                yield offer
            stream = offer.stream if offer else Stream(self, index, place[RANK])
            following = stream.next(key)
            if following:
                heapreplace(heap, (following.key, following, index))
            else:
                heappop(heap)

    def _bounds(self, key: KeyOf, order: Order) -> list[tuple[Key, Offer | None, int]]:
        """For each party a place in the order that none of its slots comes before, the cheapest there is."""
        bounds: list[tuple[Key, Offer | None, int]] = []
        for index, party in enumerate(self.parties):
            opens = self._opens(index)
            if opens is not None:
                bounds.append((key(opens, self.rank(party, order), index), None, index))
        return bounds

    def _opens(self, index: int) -> int | None:
        """The first second at which this party could have a slot; a session may lie outside the hours."""
        opens = self.asked.opens(self.parties[index])
        sessions = self.sessions.get(index)
        if not sessions:
            return opens
        return sessions[0].start if opens is None else min(opens, sessions[0].start)

    def key_of(self, order: Order) -> KeyOf:
        """What orders slots: a function of start, rank and number of the party."""
        return _soonest if order is Order.SOONEST else self._by_day

    def _by_day(self, start: int, rank: int, index: int) -> Key:
        return bisect_right(self._days, start), rank, start, index

    def rank(self, party: Party, order: Order) -> int:
        if order is Order.EVEN_LOAD:
            return max(table.load for table in party)
        if not self.clinic.standings:
            return STRANGER.tier
        return min(self.clinic.standing(table.clinician_id).tier for table in party)

    def earliest(self) -> int:
        """The start of the soonest slot; there must be one."""
        return next(self.offers(Order.SOONEST)).start

    def times(self, index: int) -> Iterator[tuple[int, int, Session | None]]:
        """The slots of one party by start: new visits, and where asked the group sessions that can be joined."""
        length = self.asked.length
        alone = ((start, start + length, None) for run in self.asked.runs(self.parties[index]) for start in run)
        sessions = self.sessions.get(index)
        if not sessions:
            return alone
        joined = ((session.start, session.end, session) for session in sessions)
        return merge(alone, joined, key=itemgetter(0, 1))

    @cached_property
    def sessions(self) -> Mapping[int, Sequence[Session]]:
        """The group sessions that each party offers, by its number; none where they are not asked for."""
        if not self.request.join:
            return {}
        ranks = [self.rank(party, self.request.order) for party in self.parties]
        return offered(self.asked, self.parties, ranks, self.clinic.patient_ids)
