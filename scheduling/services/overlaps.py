"""Visits that overlap although nobody here asked for it: somebody wrote to the calendar from elsewhere (design 5.2).

The API refuses no overlap, so that a visit which is booked in Welkin itself in the same second as ours cannot be kept
out (reliability F27). It is found afterwards: the window is read once more after each write of ours (`look`), and a
worker reads the coming days again and again (`watch`). What is found is kept until it is mended or accepted; nothing
is ever cancelled or moved from here.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet
from pydantic import TypeAdapter

from scheduling.accounts.models import Account
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.occupancy import occupied
from scheduling.domain.overlap import Pair, pairs
from scheduling.ledger.models import AuditRecord, Claim, Clash, Intent
from scheduling.welkin.errors import WelkinError

from . import audit, changing, connection, lately, watched
from .calendar import by_person, widened
from .desk import Desk, seat
from .keeping import changed, packed, unpacked
from .writes import Ending

log = structlog.get_logger("daybook.overlaps")

FOUND, SETTLED, ACCEPTED = "overlap.found", "overlap.settled", "overlap.accepted"
# Who makes time busy: these lines of the audit trail say that a visit stands where it does through Daybook.
PLACING = ("appointment.book", "appointment.move", "appointment.restore")
JOINING = "appointment.join"
# The person who waits for a booking waits no longer than this for the look after it.
LOOK_SECONDS = 2.0
# How many days ahead the worker reads. The API gives a page of at most 1000 events for a call, so the days are chosen
# by what the last reading brought: never more than three pages for each poll, and no more days than one call may span.
FIRST_DAYS, MOST_DAYS = 7, 56
FEW, GOOD, TOO_MANY = 1200, 2000, 2600
PEOPLE_PER_CALL = 80
KEEP = timedelta(days=7)
MOST_SHOWN = 200

BOTH = TypeAdapter(tuple[Event, Event])


# --- Which of them nobody asked for ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What our own tables say about some visits: who placed them through Daybook, and what was overridden when."""

    placed: Mapping[UUID, Account]
    joined: Mapping[tuple[UUID, UUID], Account]
    overridden: Mapping[tuple[UUID, UUID], datetime] = field(default_factory=dict)

    def by(self, event: Event, person: UUID) -> Account | None:
        """Through whose login the visit stands in this person's time; None where not through Daybook."""
        return self.placed.get(event.id) or self.joined.get((event.id, person))

    def accepts(self, pair: Pair) -> bool:
        """Whether one was placed over the other by somebody who said why: then the other was there already."""
        return self._over(pair.one, pair.other, pair.person_id) or self._over(pair.other, pair.one, pair.person_id)

    def _over(self, event: Event, other: Event, person: UUID) -> bool:
        at = self.overridden.get((event.id, person))
        return at is not None and (other.created_at is None or other.created_at <= at)


def known(scope: str, ids: Collection[UUID]) -> Known:
    """Two queries, none where there are no visits."""
    if not ids:
        return Known({}, {})
    told = list(map(str, ids))
    rows = AuditRecord.objects.filter(scope=scope, object_id__in=told, phase=Ending.CONFIRMED)
    placed: dict[UUID, Account] = {}
    joined: dict[tuple[UUID, UUID], Account] = {}
    for row in rows.filter(action__in=(*PLACING, JOINING)).select_related("account").order_by("id"):
        if row.account is None:
            continue
        if row.action == JOINING:
            joined |= {(UUID(row.object_id), UUID(person)): row.account for person in row.people}
        else:
            placed[UUID(row.object_id)] = row.account
    held = Claim.objects.filter(scope=scope, visit__in=told, overridden=True, state__in=Claim.LIVE)
    overridden = {(UUID(row.visit), row.resource): row.updated_at or row.changed_at for row in held}
    return Known(placed, joined, overridden)


@dataclass(frozen=True, slots=True)
class Unasked:
    """A pair that nobody asked for; `ours` is the one made or moved through Daybook, by `account`."""

    pair: Pair
    ours: Event
    other: Event
    account: Account


def unasked(scope: str, found: Sequence[Pair]) -> list[Unasked]:
    """Those of the pairs of which one was placed through Daybook and that nobody overrode."""
    told = known(scope, {event.id for pair in found for event in (pair.one, pair.other)})
    kept = []
    for pair in found:
        for ours, other in ((pair.one, pair.other), (pair.other, pair.one)):
            account = told.by(ours, pair.person_id)
            if account and not told.accepts(pair):
                kept.append(Unasked(pair, ours, other, account))
                break
    return kept


# --- Keeping ---------------------------------------------------------------------------------------------------------


def _audit(row: Clash, account: Account, action: str, now: datetime, *, code: str = "", reason: str = "") -> None:
    """A line before and a line after, in the history of both visits."""
    mark = f"overlap-{row.pk}-{action.partition('.')[2]}-{int(now.timestamp())}"
    told: dict[str, Any] = {"people": [str(row.resource)], "reason": reason, "code": code, "intent": mark}
    lines = (
        audit.line(account, at=now, scope=row.scope, action=action, phase=phase, object_id=str(event), **told)
        for event in (row.ours, row.other)
        for phase in (audit.REQUESTED, audit.CONFIRMED)
    )
    audit.write(*lines)


def _rows_of(scope: str, person: UUID, ids: Collection[UUID]) -> QuerySet[Clash]:
    return Clash.objects.filter(scope=scope, resource=person, ours__in=ids, other__in=ids)


def _keep(scope: str, found: Unasked, now: datetime) -> bool:
    """Keep one; whether it is new. One that was accepted is not told again as long as it stands at the same time."""
    when = found.pair.when
    told = {"starts_at": when.start, "ends_at": when.end, "sealed": packed(BOTH, (found.ours, found.other))}
    fresh = {**told, "found_at": now, "settled_at": None, "accepted_by": "", "reason": ""}
    with transaction.atomic():
        rows = _rows_of(scope, found.pair.person_id, (found.ours.id, found.other.id))
        row = rows.select_for_update().first()
        if row is None:
            ids = {"ours": found.ours.id, "other": found.other.id, "resource": found.pair.person_id}
            row, made = Clash.objects.get_or_create(scope=scope, **ids, defaults=fresh)
        else:
            moved = (row.starts_at, row.ends_at) != (when.start, when.end)
            made = row.settled_at is not None and (moved or not row.accepted_by)
            if made or row.settled_at is None:
                rows.filter(pk=row.pk).update(**(fresh if made else told))
        if made:
            _audit(row, found.account, FOUND, now)
    return made


def _settle(rows: QuerySet[Clash], account_of: Mapping[UUID, Account], now: datetime, code: str) -> int:
    """Close what is gone. An overlap whose visits our own trail knows no more stays open for a person to look at."""
    count = 0
    for row in rows:
        account = account_of.get(row.ours)
        with transaction.atomic():
            if account and Clash.objects.filter(pk=row.pk, settled_at=None).update(settled_at=now):
                _audit(row, account, SETTLED, now, code=code)
                count += 1
    return count


def _owners(rows: QuerySet[Clash]) -> dict[UUID, Account]:
    """Under whose login what becomes of these overlaps is written: who last had to do with our visit."""
    told = [str(row.ours) for row in rows]
    lines = AuditRecord.objects.filter(object_id__in=told, phase=Ending.CONFIRMED).select_related("account")
    return {UUID(line.object_id): line.account for line in lines.order_by("id") if line.account}


def _brought(scope: str, events: Sequence[Event], covered: QuerySet[Clash], desk: Desk, *, sure: bool) -> int:
    """Keep what a reading shows and, where it is `sure`, close what it shows to be gone. How many are new."""
    found = unasked(scope, list(pairs(by_person(events), desk.clinic_zone, desk.now)))
    told = [one.pair.person_id for one in found if _keep(scope, one, desk.now)]
    if told:
        changed(desk, set(told))  # what pages keep of these calendars lacks the other visit
    if sure:
        there = {one.pair.key for one in found}
        ids = [row.pk for row in covered if (row.resource, frozenset((row.ours, row.other))) not in there]
        gone = Clash.objects.filter(pk__in=ids)
        if ids:
            _settle(gone, _owners(gone), desk.now, "gone")
    if told:
        log.warning("visits_overlap", count=len(told))
    return len(told)


# --- Looking ---------------------------------------------------------------------------------------------------------


def _open(scope: str) -> QuerySet[Clash]:
    return Clash.objects.filter(scope=scope, settled_at=None)


def look(desk: Desk, event: Event, people: Collection[UUID]) -> None:
    """Read the window of a visit that was just placed once more. One call; whatever fails here does not matter.

    `people` are those whose time it takes.
    """
    try:
        found = desk.client.events.find(widened(event.when), participant_ids=people, fresh=True, deadline=LOOK_SECONDS)
        events = [event, *(row for row in found.rows if row.id != event.id)]
        about = [row for row in events if row.id == event.id or _meet(row, event, desk)]
        covered = _open(desk.scope).filter(Q(ours=event.id) | Q(other=event.id), resource__in=set(people))
        _brought(desk.scope, about, covered, desk, sure=found.sure)
    except (WelkinError, DatabaseError) as error:
        log.warning("window_not_read_again", exception_type=type(error).__name__)


def looking(desk: Desk, people: Collection[UUID]) -> Callable[[Event], None]:
    """`look`, for a change that knows already whose time it takes and not yet the visit."""
    return lambda event: look(desk, event, people)


def _meet(one: Event, other: Event, desk: Desk) -> bool:
    return occupied(one, desk.clinic_zone).overlaps(occupied(other, desk.clinic_zone))


# How many days ahead are read, by scope: a hint of this process, found anew by the next one.
_days: dict[str, int] = {}


def watch(now: datetime) -> int:
    """Read the coming days of everybody whose time our own visits take, and keep what overlaps. How many are new.

    About three calls at most, none where nothing was placed through Daybook. Raises NotConfigured, and WelkinError
    where the API does not answer.
    """
    scope = connection.scope_of(connection.credentials())
    _close_over(scope, now)
    farthest = now + timedelta(days=MOST_DAYS)
    held = Claim.objects.filter(scope=scope, state=Claim.State.CONFIRMED, starts_at__lt=farthest, ends_at__gt=now)
    people = {*held.values_list("resource", flat=True), *_open(scope).values_list("resource", flat=True)}
    account = _in_whose_name(scope, held.first())
    new = _watch(seat(account, now=now), people) if account else 0
    watched.note(scope, now)
    return new


def _in_whose_name(scope: str, held: Claim | None) -> Account | None:
    """A login to read with: of one claim, else of what is open although our own visit holds no time any more."""
    intent = Intent.objects.filter(key=held.intent).select_related("account").first() if held else None
    return intent.account if intent else next(iter(_owners(_open(scope)).values()), None)


def _watch(desk: Desk, people: set[UUID]) -> int:
    """Read as many days as the last time, and at once the further ones that there is room for."""
    days = _days.get(desk.scope, FIRST_DAYS)
    near = desk.now + timedelta(days=days)
    new, count = _read(desk, Interval(desk.now, near), people)
    _days[desk.scope] = further = days_for(days, count)
    if further > days:
        new += _read(desk, Interval(near, desk.now + timedelta(days=further)), people)[0]
    return new


def _read(desk: Desk, window: Interval, people: set[UUID]) -> tuple[int, int]:
    """How many overlaps are new in this window, and how many visits it holds."""
    asked = people if len(people) <= PEOPLE_PER_CALL else None
    # Cancelled ones too: what our own last changes are laid over must not look as if it were missing.
    found = desk.client.events.find(window, participant_ids=asked, include_cancelled=True, fresh=True)
    events = lately.laid_over(desk, found.rows, people, window, desk.now, cancelled=True)
    covered = _open(desk.scope).filter(starts_at__lt=window.end, ends_at__gt=window.start)
    if asked is not None:
        covered = covered.filter(resource__in=asked)
    return _brought(desk.scope, events, covered, desk, sure=found.sure), len(found.rows) + found.unreadable


def days_for(days: int, count: int) -> int:
    """How many days to read, when so many of them held so many visits: what fits into three pages with some room."""
    if FEW <= count <= TOO_MANY:
        return days
    return max(1, min(MOST_DAYS, days * GOOD // max(count, 1)))


def anything_placed(now: datetime) -> bool:
    """Whether there is anything to watch: a visit to come that was placed through Daybook. Raises NotConfigured."""
    scope = connection.scope_of(connection.credentials())
    claims = Claim.objects.filter(scope=scope, state=Claim.State.CONFIRMED, ends_at__gt=now)
    return claims.exists() or _open(scope).exists()


def _close_over(scope: str, now: datetime) -> None:
    """What was not mended in time is over."""
    rows = _open(scope).filter(ends_at__lte=now)
    if rows.exists():
        _settle(rows, _owners(rows), now, "over")


def forget(now: datetime) -> int:
    """Delete what was settled and is over for long; the audit trail keeps it. How many there were."""
    return Clash.objects.filter(settled_at__isnull=False, ends_at__lt=now - KEEP).delete()[0]


# --- Telling ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two visits that overlap, for one person or several: `ours` was made or moved through Daybook.

    The visits are as they were when it was last seen.
    """

    id: int
    people: tuple[UUID, ...]
    ours: Event
    other: Event
    when: Interval
    found_at: datetime

    @property
    def staff(self) -> tuple[UUID, ...]:
        """In whose calendars it stands."""
        hosts = (event.host_id for event in (self.ours, self.other) if event.host_id)
        rows = (row.person_id for event in (self.ours, self.other) for row in event.staff)
        return tuple(dict.fromkeys((*hosts, *rows)))

    @property
    def burdened(self) -> tuple[UUID, ...]:
        """Whose calendars are double; everybody's it stands in where it is only the patient's time."""
        return tuple(person for person in self.people if person in self.staff) or self.staff

    def beside(self, event_id: UUID) -> Event:
        """The other one of the two."""
        return self.other if self.ours.id == event_id else self.ours


def _overlap(rows: Sequence[Clash]) -> Overlap | None:
    """One pair of visits, from the rows of everybody whose time both take."""
    first = rows[0]
    both = unpacked(BOTH, first.sealed) if first.sealed else None
    if both is None:
        return None
    when = Interval(first.starts_at, first.ends_at)
    return Overlap(first.pk, tuple(row.resource for row in rows), *both, when, min(row.found_at for row in rows))


def _told(rows: QuerySet[Clash]) -> list[Overlap]:
    grouped: dict[frozenset[UUID], list[Clash]] = {}
    for row in rows.order_by("starts_at", "id")[:MOST_SHOWN]:
        grouped.setdefault(frozenset((row.ours, row.other)), []).append(row)
    return [one for group in grouped.values() if (one := _overlap(group))]


def _ahead(desk: Desk) -> QuerySet[Clash]:
    return _open(desk.scope).filter(ends_at__gt=desk.now)


def _may_look(desk: Desk, overlap: Overlap) -> bool:
    return any(desk.may("calendar.busy", person) for person in overlap.staff)


def open_ones(desk: Desk) -> list[Overlap]:
    """All that are open in calendars which the login may look at, by time. One query, no call."""
    return [one for one in _told(_ahead(desk)) if _may_look(desk, one)]


def concerning(desk: Desk) -> list[Overlap]:
    """Those of which the login may see who and what: the ones it is asked to look after."""
    return [one for one in _told(_ahead(desk)) if any(changing.may_see(desk, event) for event in (one.ours, one.other))]


def of_visit(desk: Desk, event_id: UUID) -> list[Overlap]:
    """Those of one visit. One query, no call."""
    return _told(_ahead(desk).filter(Q(ours=event_id) | Q(other=event_id)))


def find(desk: Desk, number: int) -> Overlap | None:
    """One that is open and that the login may see; None for any other."""
    row = _ahead(desk).filter(pk=number).first()
    found = _told(_same_visits(desk, row.ours, row.other)) if row else []
    return next((one for one in found if _may_look(desk, one)), None)


def _same_visits(desk: Desk, *ids: UUID) -> QuerySet[Clash]:
    return _ahead(desk).filter(ours__in=ids, other__in=ids)


def may_accept(desk: Desk, overlap: Overlap) -> bool:
    """Whether the login may say that both shall stay: as for an override."""
    return desk.may_all("appointment.override", overlap.burdened)


def accept(desk: Desk, overlap: Overlap, reason: str) -> bool:
    """Both stay, for this reason. False where it was settled already. Raises NotAllowed."""
    desk.require("appointment.override", *overlap.burdened)
    told = {"settled_at": desk.now, "accepted_by": desk.account.display_name, "reason": reason.strip()}
    with transaction.atomic():
        rows = list(_same_visits(desk, overlap.ours.id, overlap.other.id).select_for_update())
        Clash.objects.filter(pk__in=[row.pk for row in rows]).update(**told)
        for row in rows:
            _audit(row, desk.account, ACCEPTED, desk.now, reason=reason.strip())
    return bool(rows)
