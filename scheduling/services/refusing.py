"""Leave that was refused is cancelled: at once with the No, or later by the worker where that did not come through.

The No stands by itself: leave with one takes no time. Until its cancel has come through it is still in the calendar,
shown as refused. The cancel is a part of the answer's own intent, so that pressing again, the worker and the page that
asks for an unknown outcome all mean the same one.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import Q, QuerySet

from scheduling.domain.event import Event
from scheduling.domain.occupancy import Use, leave_state
from scheduling.ledger.models import AuditRecord, Intent
from scheduling.welkin.errors import NotFound, WelkinError

from . import changing, connection, merging, writes
from .changing import Act, Done
from .desk import Desk, seat
from .notsent import NotSent
from .writes import Change, Ending

log = structlog.get_logger("daybook.worker")

REFUSED = "leave refused"
# What a No to leave changes: by this the audit trail tells it from any other answer.
FIELDS = ("answer", "status")
# How often a cancel that the API refuses is tried, how many at one go, how long one is looked after.
TRIES, MOST, KEEP = 9, 50, timedelta(days=7)
FIRST, LAST, NEVER = timedelta(minutes=1), timedelta(hours=1), timedelta(days=365)


def refuse(desk: Desk, intent: str, event: Event) -> Done:
    """Cancel leave that was answered with No by this intent: nothing of it is left in anybody's calendar.

    Raises what the API says where it does not answer, IntentRefused, LedgerBusy.
    """
    people = tuple(row.person_id for row in event.participants)
    change = Change("appointment.cancel", people, event.id, ("status",), REFUSED)
    act = Act(lambda: desk.client.events.cancel(event.id))
    return changing.once(desk, _part(desk, intent), change, lambda: None, act)


def _part(desk: Desk, intent: str) -> str:
    """The intent to cancel it by: a new one where the API refused the last try."""
    for number in range(1, TRIES):
        part = writes.part_of(desk, intent, number)
        before = writes.earlier(desk, part)
        if before is None or before.ending is not Ending.REFUSED:
            return part
    return writes.part_of(desk, intent, TRIES)


def unfinished(event: Event) -> bool:
    """Whether this is leave with a No that is still in the calendar."""
    return event.is_leave and event.live and leave_state(event) is Use.REFUSED_LEAVE


def finish(now: datetime) -> int:
    """Cancel what was refused and could not be cancelled then, for the login that said No. How many were.

    One read for each, none where its cancel is on record. Raises NotConfigured.
    """
    scope = connection.scope_of(connection.credentials())
    due = list(_said_no(scope, now).filter(Q(look_at__lte=now) | Q(look_at__isnull=True)).order_by("look_at")[:MOST])
    return sum(_finish_one(seat(intent.account, now=now), intent) for intent in due)


def _said_no(scope: str, now: datetime) -> QuerySet[Intent]:
    lines = AuditRecord.objects.filter(scope=scope, action="invitation.answer", phase=Ending.CONFIRMED)
    recent = lines.filter(at__gt=now - KEEP, fields=list(FIELDS))
    own = Intent.objects.filter(scope=scope, state=Intent.State.CONFIRMED, key__in=recent.values("intent"))
    return own.select_related("account")


def _finish_one(desk: Desk, intent: Intent) -> bool:
    """Whether it was cancelled just now. Where nothing is left to do it is never looked at again."""
    age = desk.now - (intent.settled_at or desk.now)
    _look_again(intent, desk.now + min(max(age, FIRST), LAST))
    try:
        event = None if on_record(desk, intent) else _read(desk, intent)
        ended = event is None or refuse(desk, intent.key, event).confirmed
    except (WelkinError, NotSent) as silent:
        log.info("leave_not_cancelled", exception_type=type(silent).__name__)
        return False
    if ended:
        _look_again(intent, desk.now + NEVER)
    return ended and event is not None


def _look_again(intent: Intent, at: datetime) -> None:
    Intent.objects.filter(pk=intent.pk, state=Intent.State.CONFIRMED).update(look_at=at)


def _read(desk: Desk, intent: Intent) -> Event | None:
    """The leave, where it is still there with its No. Raises WelkinError."""
    try:
        event = merging.latest(desk, desk.client.events.read(UUID(intent.outcome.get("event", ""))))
    except (NotFound, ValueError):
        return None
    return event if unfinished(event) else None


def on_record(desk: Desk, intent: Intent) -> bool:
    """Whether the cancel of this very No was confirmed: what somebody set back after it stays."""
    parts = [f"{intent.key}.{number}" for number in range(1, TRIES + 1)]
    return Intent.objects.filter(key__in=parts, account=desk.account, state=Intent.State.CONFIRMED).exists()
