"""Finds out what became of changes whose answer was lost, in the worker (reliability 4.2 B).

A change that was reserved and never left is given back when its lease ends. One that left is looked for after 1, 2, 4,
8 … seconds, by its marker or by what the visit holds now, until it can have its effect no more: SETTLE_SECONDS after
the write's own deadline. A create that is not there then is sent once more with the same marker, if its place is still
free; what is still not there after that did not happen, and only then is that said. Whatever was concluded and not told
by the API is looked after for a day, because an effect may come later than anybody thinks.

Any worker may run this at any time, also twice at once: each step is taken by a conditional update.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import F, Q, QuerySet

from scheduling.ledger.models import AuditRecord, Claim, Intent
from scheduling.welkin import Policy
from scheduling.welkin.errors import NotFound, Refused, WelkinError

from . import appointments, closing, connection, noticing, outcomes, placing, writes
from .desk import Desk, seat
from .notsent import NotSent
from .patience import patiently
from .sealing import NotReadable, unseal
from .writes import Change, Ending

log = structlog.get_logger("daybook.reconciler")

MOST, LONGEST_PAUSE = 100, timedelta(seconds=60)
SWEEP_FIRST, SWEEP_LAST = timedelta(minutes=1), timedelta(hours=1)
MOST_SENDS = 2
BOOK = "appointment.book"
CREATES = (BOOK, outcomes.ASK_LEAVE)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run did: how many were given back, looked for, and had their outcome found."""

    given_back: int = 0
    looked: int = 0
    settled: int = 0


def settle_time() -> timedelta:
    """How long after it left a write may still have its effect: its own deadline, and SETTLE_SECONDS."""
    return timedelta(seconds=settings.SETTLE_SECONDS + Policy().write_deadline)


def _unsent(scope: str, now: datetime) -> QuerySet[Intent]:
    over = Q(lease_until__lt=now) | Q(lease_until=None)
    return Intent.objects.filter(over, scope=scope, state=Intent.State.WORKING, sent_at=None)


def _died(scope: str, now: datetime) -> QuerySet[Intent]:
    return Intent.objects.filter(scope=scope, state=Intent.State.WORKING, sent_at__isnull=False, lease_until__lt=now)


def _due(scope: str, now: datetime) -> QuerySet[Intent]:
    return Intent.objects.filter(scope=scope, state=Intent.State.UNKNOWN).filter(
        Q(look_at__lte=now) | Q(look_at__isnull=True)
    )


def anything_due(now: datetime) -> bool:
    """Whether a run would find something to do. Raises NotConfigured."""
    scope = connection.scope_of(connection.credentials())
    return any(rows.exists() for rows in (_unsent(scope, now), _died(scope, now), _due(scope, now)))


def run_due(now: datetime, clock: Callable[[], datetime] | None = None) -> Run:
    """Give back what never left, look for what is unknown, conclude what is settled.

    A run may take long: each change is judged by what `clock` says then (by `now` without one). Raises NotConfigured.
    """
    scope = connection.scope_of(connection.credentials())
    given_back = sum(_give_back(intent, now) for intent in _unsent(scope, now)[:MOST])
    for intent in _died(scope, now)[:MOST]:
        _call_unknown(intent, now)
    due = list(_due(scope, now).select_related("account").order_by("look_at")[:MOST])
    taken = [intent for intent in due if _take_look(intent, now)]
    settled = sum(_look(seat(intent.account, now=clock() if clock else now), intent) for intent in taken)
    if given_back or taken:
        log.info("reconciled", count=given_back + settled)
    return Run(given_back, len(taken), settled)


def _change_of(intent: Intent) -> Change:
    """The change as its line "requested" tells it: for the lines that follow it."""
    asked = AuditRecord.objects.filter(intent=intent.key, phase="requested").order_by("-id").first()
    if asked is None:
        return Change(intent.action)
    return Change(
        intent.action,
        tuple(outcomes.ids_of(asked.people)),
        next(iter(outcomes.ids_of([asked.object_id])), None),
        tuple(asked.fields),
        asked.reason,
    )


def _give_back(intent: Intent, now: datetime) -> bool:
    """Its worker ended before anything left: the form may be sent again, its time is free.

    One transaction that holds only as long as nothing has left: a worker that wakes up comes before it, or not at all.
    """
    unsent = Q(state=Intent.State.WORKING, sent_at=None, lease_until=intent.lease_until)
    desk = seat(intent.account, now=now)
    try:
        return writes.give_back(desk, intent.key, _change_of(intent), "lease ended", Claim.State.EXPIRED, unsent)
    except NotSent:
        return False  # our own database is busy: the next run finds it again


def _call_unknown(intent: Intent, now: datetime) -> None:
    """Its worker ended after the request left: nobody waits for the answer any more."""
    desk = seat(intent.account, now=now)
    with suppress(NotSent):  # our own database is busy: the next run finds it again
        writes.settle(desk, intent.key, _change_of(intent), Ending.UNKNOWN, intent.outcome, "lease ended")


def _take_look(intent: Intent, now: datetime) -> bool:
    """Whether this worker is the one that looks now; the next look is put off, longer each time."""
    pause = min(timedelta(seconds=2 ** min(intent.looks, 10)), LONGEST_PAUSE)
    own = Intent.objects.filter(pk=intent.pk, state=Intent.State.UNKNOWN, look_at=intent.look_at)
    try:
        return bool(patiently(own.update)(look_at=now + pause, looks=F("looks") + 1))
    except NotSent:
        return False  # our own database is busy: the next run finds it again


def _look(desk: Desk, intent: Intent) -> bool:
    """Look once, and conclude where the time for an effect is over. Whether the outcome is known by now."""
    finder = outcomes.FINDERS.get(intent.action)
    try:
        outcome = finder(desk, intent) if finder else writes.outcome_of(intent)
        if outcome.ending is Ending.UNKNOWN and desk.now >= (intent.sent_at or intent.minted_at) + settle_time():
            outcome = _conclude(desk, intent)
    except (WelkinError, NotSent) as silent:
        # The API, or our own database, does not answer just now: nothing is known, nothing is concluded.
        log.info("not_reconciled", action=intent.action, exception_type=type(silent).__name__)
        return False
    return outcome.ending is not Ending.UNKNOWN


def _conclude(desk: Desk, intent: Intent) -> writes.Outcome:
    """What was looked for until now is not there. Raises WelkinError where even that could not be made sure."""
    again = RESENDING.get(intent.action)
    if again and intent.sealed and intent.sends < MOST_SENDS:
        return again(desk, intent)
    return _absent(desk, intent, "absent")


def _absent(desk: Desk, intent: Intent, code: str) -> writes.Outcome:
    change, until = _change_of(intent), desk.now + writes.WATCH
    told = {**writes.told_before(change), "absent": True}
    return writes.settle(desk, intent.key, change, Ending.REFUSED, told, code, until)


def _book_again(desk: Desk, intent: Intent) -> writes.Outcome:
    """The same visit once more, with the same marker, if nobody else has its place by now."""
    try:
        wish = appointments.WISHES.validate_python(unseal(intent.sealed or b""))
    except (NotReadable, ValueError):
        return _absent(desk, intent, "not readable")
    checked = placing.check(desk, wish.placement, mine=intent.key)
    own = Claim.objects.filter(intent=intent.key, overridden=True).values_list("resource", flat=True)
    if checked.doubled - set(own) or not checked.sure:
        return _absent(desk, intent, "taken")

    def act() -> dict[str, str]:
        return noticing.found_facts(appointments.create(desk, intent.key, wish))

    try:
        return writes.again(desk, intent, _change_of(intent), act)
    except Refused as refused:
        if "externalId" in refused.details:  # it is there: the next look finds it
            return writes.outcome_of(intent)
        return _absent(desk, intent, refused.code)
    except NotFound:
        return _absent(desk, intent, "NotFound")


RESENDING: dict[str, Callable[[Desk, Intent], writes.Outcome]] = {BOOK: _book_again}


# --- The day after ---------------------------------------------------------------------------------------------------


def sweep(now: datetime) -> int:
    """Look for visits that came late, or twice, of creates whose ending was concluded. How many were taken back.

    Raises NotConfigured.
    """
    scope = connection.scope_of(connection.credentials())
    watched = Intent.objects.filter(scope=scope, action__in=CREATES, watch_until__gt=now).exclude(
        state=Intent.State.UNKNOWN
    )
    due = watched.filter(Q(look_at__lte=now) | Q(look_at__isnull=True)).select_related("account")
    return sum(_sweep_one(seat(intent.account, now=now), intent) for intent in due.order_by("look_at")[:MOST])


def _sweep_one(desk: Desk, intent: Intent) -> int:
    age = desk.now - (intent.settled_at or desk.now)
    Intent.objects.filter(pk=intent.pk).update(look_at=desk.now + min(max(age, SWEEP_FIRST), SWEEP_LAST))
    try:
        live = [event for event in outcomes.made_by(desk, intent) if event.live]
        # The one that people were told of stays, wherever it is by now; of all others nobody was told.
        told = intent.outcome.get("event") if intent.state == Intent.State.CONFIRMED else None
        surplus = [event for event in live if str(event.id) != told]
        return sum(closing.withdraw(desk, intent.key, event).confirmed for event in surplus)
    except (WelkinError, NotSent) as silent:
        log.info("not_swept", exception_type=type(silent).__name__)
        return 0
