"""Free slots: when a visit could take place, best first, each with its reasons, as few computed as are asked for."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice
from uuid import UUID

from .asked import Asked
from .clinic import Clinic
from .interval import Interval
from .ranking import Reason, ReasonKind, Standing
from .request import BadRequest, Order, Problem, Request
from .search import Key, Offer, Search
from .spans import instant

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


def starts(clinic: Clinic, request: Request) -> "list[array[int]]":
    """Every start in seconds since 1970 (UTC), in order: a list for each clinician, one in all for `together`.

    Raises ValueError where the window reaches past what is known of a clinician.
    """
    asked = Asked(request, clinic.patient_busy)
    asked.require(clinic.tables)
    return [array("q", chain.from_iterable(asked.runs(tables))) for tables in clinic.parties(request)]


def find(clinic: Clinic, request: Request, *, limit: int = 20, after: str | None = None) -> Page:
    """The best `limit` slots, or the next ones `after` a page's cursor.

    A cursor names the slot it stands behind, so that a slot that is taken or becomes free meanwhile moves no other one
    across it; only in the order of EVEN_LOAD a visit booked meanwhile changes its clinician's place. Raises BadRequest
    for a cursor that is none, ValueError for a limit below 1 and for a window past what is known.
    """
    if limit < 1:
        raise ValueError("a page has at least one slot")
    search = Search(clinic, request)
    behind = _read_cursor(after, search) if after else None
    offers = search.offers(request.order)
    first = next(offers, None)
    if first is None:
        return Page((), None)
    earliest = first.start if request.order is Order.SOONEST else search.earliest()
    rest = (offer for offer in chain((first,), offers) if behind is None or offer.key > behind)
    found = list(islice(rest, limit + 1))
    slots = tuple(_slot(search, offer, earliest) for offer in found[:limit])
    return Page(slots, _cursor(found[limit - 1]) if len(found) > limit else None)


def _slot(search: Search, offer: Offer, earliest: int) -> Slot:
    when = Interval(instant(offer.start), instant(offer.end))
    ids = tuple(table.clinician_id for table in offer.stream.party)
    joins = offer.session.event.id if offer.session else None
    return Slot(when, ids, tuple(_reasons(search, offer, earliest)), joins)


def _reasons(search: Search, offer: Offer, earliest: int) -> Iterator[Reason]:
    """Why this slot is among the first; how long the wait is, where there is nothing else to say for it."""
    special = list(_special(search, offer, earliest))
    yield from special or [Reason(ReasonKind.WAIT, timedelta(seconds=offer.start - search.asked.window[0]))]


def _special(search: Search, offer: Offer, earliest: int) -> Iterator[Reason]:
    if offer.start == earliest:
        yield Reason(ReasonKind.SOONEST)
    elif offer.leads:
        yield Reason(ReasonKind.FIRST_WITH)
    standings = [search.clinic.standing(table.clinician_id) for table in offer.stream.party]
    seen = [standing.last_seen for standing in standings if standing.last_seen]
    if seen:
        yield Reason(ReasonKind.LAST_SEEN, max(seen))
    if any(standing.care_team for standing in standings):
        yield Reason(ReasonKind.CARE_TEAM)
    if search.request.order is Order.EVEN_LOAD:
        yield Reason(ReasonKind.LOAD, offer.stream.rank / 1000)
    if offer.session:
        yield Reason(ReasonKind.JOINS, offer.session.places)


CURSOR = re.compile(r"(\d{1,12})\.(\d{1,6})\.([0-9a-f]{32})\.(\d{1,12})(?:\.([0-9a-f]{32}))?", re.ASCII)


def _cursor(offer: Offer) -> str:
    """The slot as text: its start, the rank of its party and who that is, its end, and the session it is a place in."""
    who = offer.stream.party[0].clinician_id.hex
    session = f".{offer.session.event.id.hex}" if offer.session else ""
    return f"{offer.start}.{offer.stream.rank}.{who}.{offer.end}{session}"


def _read_cursor(text: str, search: Search) -> Key:
    """The place in the order behind which to go on. Raises BadRequest for a text that no page has given."""
    parts = CURSOR.fullmatch(text)
    if not parts:
        raise BadRequest(Problem("cursor", "broken"))
    clinician = UUID(parts[3])
    known = (n for n, party in enumerate(search.parties) if party[0].clinician_id == clinician)
    place = search.key_of(search.request.order)(int(parts[1]), int(parts[2]), next(known, -1))
    return (*place, int(parts[4]), int(parts[5] or "0", 16))
