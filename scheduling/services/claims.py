"""Claims in the ledger: taken under locks before the API is asked, settled with the outcome (reliability 4.2 A).

Two layers keep an hour from being given twice. The locks make the check and the insert one step, so that of many who
want the same time all but one are told so at once; the database's own constraint under them refuses what any code
forgot. Nothing here is held while the API is called.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection as database
from django.db.models import Q, QuerySet

from scheduling.domain.claim import Hold, visit_key
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.ledger.models import Claim, Intent
from scheduling.welkin import time_left

from .desk import Desk

# How long one waits for somebody else's lock: seconds, at most half of what the page has left.
LOCK_SECONDS, SHORTEST_WAIT = 3.0, 0.1
# The visit stands elsewhere when these are done: what it held before is free.
REPLACING = frozenset({"appointment.move", "appointment.restore"})
ENDING = frozenset({"appointment.cancel", "appointment.delete", "appointment.withdraw"})
# Some of its people do not take part any more.
LEAVING = frozenset({"appointment.take_out"})
UNSETTLED = (Claim.State.RESERVED, Claim.State.SENT, Claim.State.UNKNOWN)
OPEN = (Intent.State.WORKING, Intent.State.UNKNOWN)
# A worker that runs is never so late.
OVERDUE = timedelta(minutes=3)
# Time that is over is booked by nobody any more.
KEEP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a last look under the locks says: whose time may overlap, and which claims turned out to be over."""

    overridden: frozenset[UUID] = frozenset()
    over: tuple[Hold, ...] = ()


def _unopposed(_: tuple[Hold, ...]) -> Judged:
    return Judged()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The time that a change takes. `judge` is given every live claim there, under the locks, and raises a `NotSent`
    where the change must not be made; `visit` is None for one that is being created."""

    people: tuple[UUID, ...]
    when: Interval
    visit: UUID | None = None
    judge: Callable[[tuple[Hold, ...]], Judged] = _unopposed


def long_ago(now: datetime) -> datetime:
    """No back end of the API lags further behind than this moment (reliability 6.2: a setting)."""
    return now - timedelta(seconds=settings.SETTLE_SECONDS)


def hold_of(row: Claim) -> Hold:
    return Hold(
        person_id=row.resource,
        when=Interval(row.starts_at, row.ends_at),
        visit=row.visit,
        state=row.state,
        intent=row.intent,
        overridden=row.overridden,
        updated_at=row.updated_at,
        changed_at=row.changed_at,
    )


def _live(scope: str, people: Collection[UUID], window: Interval) -> QuerySet[Claim]:
    rows = Claim.objects.filter(scope=scope, resource__in=set(people), state__in=Claim.LIVE)
    return rows.filter(starts_at__lt=window.end, ends_at__gt=window.start).order_by("starts_at", "id")


def held(desk: Desk, people: Collection[UUID], window: Interval) -> tuple[Hold, ...]:
    """Our live claims on these people's time that meet the window: one query, no call."""
    return tuple(map(hold_of, _live(desk.scope, people, window)))


# --- Taking ----------------------------------------------------------------------------------------------------------


def _number(scope: str, person: UUID) -> int:
    """The advisory lock of one person in one tenant, as PostgreSQL numbers locks."""
    digest = hashlib.blake2b(f"{scope}|{person}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def lock(scope: str, people: Iterable[UUID]) -> None:
    """Take the locks of these people until the transaction ends: in one order, so that nobody waits in a circle.

    On SQLite the transaction itself is the lock: it began as a write (`transaction_mode` IMMEDIATE).
    """
    if database.vendor != "postgresql":
        return
    numbers = sorted({_number(scope, person) for person in people})
    left = time_left()
    patience = LOCK_SECONDS if left is None else min(LOCK_SECONDS, max(left / 2, SHORTEST_WAIT))
    with database.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{round(patience * 1000)}ms'")
        cursor.execute("SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number", [numbers])


def reserve(desk: Desk, intent: str, wanted: Wanted) -> None:
    """Take the time for this intent, inside the transaction that also takes the intent and writes the audit line.

    Raises what `wanted.judge` raises, and IntegrityError where the database itself refuses.
    """
    lock(desk.scope, wanted.people)
    judged = wanted.judge(held(desk, wanted.people, wanted.when))
    retire(desk.scope, judged.over, desk.now)
    Claim.objects.bulk_create(
        Claim(
            scope=desk.scope,
            resource=person,
            visit=visit_key(wanted.visit, intent),
            starts_at=wanted.when.start,
            ends_at=wanted.when.end,
            overridden=person in judged.overridden,
            intent=intent,
            changed_at=desk.now,
        )
        for person in sorted(set(wanted.people))
    )


def retire(scope: str, holds: Iterable[Hold], now: datetime) -> None:
    """Let go of claims that a reading showed to be over, unless they have changed since."""
    for hold in holds:
        rows = Claim.objects.filter(scope=scope, resource=hold.person_id, visit=hold.visit, intent=hold.intent)
        rows.filter(state=Claim.State.CONFIRMED, changed_at=hold.changed_at).update(
            state=Claim.State.RELEASED, changed_at=now
        )


# --- Settling --------------------------------------------------------------------------------------------------------


def _of(intent: str) -> QuerySet[Claim]:
    return Claim.objects.filter(intent=intent, state__in=Claim.LIVE)


def turn(intent: str, state: Claim.State, now: datetime) -> None:
    """Give the live claims of this intent another state."""
    _of(intent).update(state=state, changed_at=now)


def confirm(
    scope: str, intent: str, action: str, event_id: UUID | None, now: datetime, updated_at: datetime | None
) -> None:
    """The change was made: its claims stand for the visit, and what the visit held before is free."""
    told = {"visit": str(event_id)} if event_id else {}
    _of(intent).update(state=Claim.State.CONFIRMED, changed_at=now, updated_at=updated_at, **told)
    if event_id and action not in REPLACING | ENDING:
        _give_way(scope, intent, event_id, now)
    if event_id and action in REPLACING | ENDING:
        before = Claim.objects.filter(scope=scope, visit=str(event_id), state__in=Claim.LIVE).exclude(intent=intent)
        before.update(state=Claim.State.RELEASED, changed_at=now)


def leave(scope: str, event_id: UUID, people: Collection[UUID], now: datetime) -> None:
    """These people take part no more: their time is free."""
    rows = Claim.objects.filter(scope=scope, visit=str(event_id), resource__in=set(people), state__in=Claim.LIVE)
    rows.update(state=Claim.State.RELEASED, changed_at=now)


def _give_way(scope: str, intent: str, event_id: UUID, now: datetime) -> None:
    """Let go of what a later change of the same visit has taken over: a create that is found late may have moved on."""
    for row in _of(intent):
        later = Claim.objects.filter(scope=scope, visit=str(event_id), resource=row.resource, id__gt=row.pk)
        if later.filter(state=Claim.State.CONFIRMED).exclude(intent=intent).exists():
            Claim.objects.filter(pk=row.pk).update(state=Claim.State.RELEASED, changed_at=now)


def leave_where_it_is_not(intent: str, event: Event, now: datetime) -> None:
    """Let go of this intent's claims in which the visit, as it was found, does not stand any more."""
    for row in _of(intent):
        if not hold_of(row).stands_in(event):
            Claim.objects.filter(pk=row.pk).update(state=Claim.State.RELEASED, changed_at=now)


def forget(now: datetime) -> int:
    """Delete claims on time that is over, and those that block nothing any more."""
    over = Q(ends_at__lt=now - KEEP)
    ended = ~Q(state__in=Claim.LIVE) & Q(changed_at__lt=now - KEEP)
    return Claim.objects.filter(over | ended).delete()[0]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """How many claims hold time: of unknown outcome, and for no change that is under way (`stuck`); and how many
    changes should have been looked for by now."""

    unknown: int
    stuck: int
    overdue: int


def unsettled(now: datetime, minutes: int) -> Unsettled:
    """What holds time without a yes of the API. Stuck is also what does so for longer than so many minutes."""
    held = Claim.objects.filter(state__in=UNSETTLED)
    ended = Q(intent__in=Intent.objects.exclude(state__in=OPEN).values("key"))
    late = Intent.objects.filter(state__in=OPEN)
    return Unsettled(
        unknown=held.filter(state=Claim.State.UNKNOWN).count(),
        stuck=held.filter(ended | Q(changed_at__lt=now - timedelta(minutes=minutes))).count(),
        overdue=late.filter(Q(look_at__lt=now - OVERDUE) | Q(look_at=None, lease_until__lt=now - OVERDUE)).count(),
    )
