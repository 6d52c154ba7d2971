"""Emergency access: patients' names outside one's own teams, for a reason and half an hour (reliability 3).

It shows names and opens visits to look at; it books nothing and moves nothing. Opening and ending it are lines of the
audit trail in the same transaction, each visit that is looked at is one of its own as ever, the log stream tells of it
at once, and those who read the trail have it before their eyes until one of them has said that they looked.
"""

from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from scheduling.accounts.models import Account
from scheduling.ledger.models import EmergencyGrant

from . import audit
from .desk import OPEN, Desk
from .patience import patiently

log = structlog.get_logger("daybook.security")

LASTS = timedelta(minutes=30)
OPENED, ENDED, SEEN = "emergency.open", "emergency.end", "emergency.seen"
READ = "audit.read"


class NoSuchAccess(Exception):
    """There is none of this number that still waits to be looked at."""


@patiently
@transaction.atomic
def open_access(desk: Desk, reason: str) -> EmergencyGrant:
    """Open it until LASTS from now; where it is open already, that one. Raises NotAllowed, LedgerBusy."""
    desk.require(OPEN)
    # Two presses at once wait for each other here, and the second one finds what the first has opened.
    Account.objects.select_for_update().get(pk=desk.account.pk)
    current = desk.emergency_now()
    if current:
        return current
    grant = EmergencyGrant.objects.create(
        scope=desk.scope, account=desk.account, reason=reason, opened_at=desk.now, until=desk.now + LASTS
    )
    audit.note_done(desk, OPENED, object_id=str(grant.pk), reason=reason)
    log.warning("emergency_opened", number=grant.pk, user_id=desk.account.pk)
    return grant


@patiently
@transaction.atomic
def end(desk: Desk) -> None:
    """End it before its time; nothing where none is open. Raises LedgerBusy."""
    current = desk.emergency_now()
    if current is None:
        return
    EmergencyGrant.objects.filter(pk=current.pk).update(ended_at=desk.now)
    audit.note_done(desk, ENDED, object_id=str(current.pk))


def unseen(desk: Desk) -> QuerySet[EmergencyGrant]:
    """Those that nobody who reads the trail has looked at yet, newest first. Raises NotAllowed."""
    desk.require(READ)
    waiting = EmergencyGrant.objects.filter(scope=desk.scope, seen_at=None)
    # Whoever opened it is not the one to wave it through.
    return waiting.exclude(account=desk.account).select_related("account").order_by("-opened_at")


@patiently
@transaction.atomic
def see(desk: Desk, number: int) -> None:
    """Say that one looked at it. Raises NotAllowed, NoSuchAccess, LedgerBusy."""
    if not unseen(desk).filter(pk=number).update(seen_at=desk.now, seen_by=desk.account):
        raise NoSuchAccess
    audit.note_done(desk, SEEN, object_id=str(number))
