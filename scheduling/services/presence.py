"""Who has a form of a visit open just now: a notice for the others, never a lock.

A form is open from its page being made until it went through, was closed, or nothing was heard of its page for
GONE_AFTER; without script that is as long as it is told. Only our own table is asked, never the API: whether a login
may see the visit is judged by the people whose visit it was when the form was opened.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.db.models import Exists, OuterRef, QuerySet

from scheduling.accounts.models import Account
from scheduling.domain.event import Event
from scheduling.ledger.models import Intent, Presence

from . import changing, drafts
from .desk import Desk

log = structlog.get_logger("daybook.presence")

GONE_AFTER = timedelta(minutes=5)
# No session lasts longer, and a page that comes back from sleep is heard of again until then.
KEPT_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody else who has a form of a visit open, since when (an instant)."""

    name: str
    since: datetime


def opened(desk: Desk, event: Event, intent: str) -> None:
    """Note that a form of the visit is shown to the login. The same form opened again is open since then.

    A database that does not take this just now keeps nobody from the form.
    """
    told = {
        "scope": desk.scope,
        "event": event.id,
        "account": desk.account,
        "people": sorted(map(str, changing.calendars_of(event))),
        "since": desk.now,
        "seen_at": desk.now,
    }
    try:
        Presence.objects.update_or_create(intent=_line(intent), account=desk.account, defaults=told)
    except DatabaseError as error:
        log.warning("presence_not_noted", exception_type=type(error).__name__)


def _line(intent: str) -> str:
    """A form that goes on under another intent is still the same form."""
    return intent.partition(drafts.AGAIN)[0]


def stay(desk: Desk, event_id: UUID, intent: str) -> None:
    """The login's own form is still open. What was never opened, or long ago, stays unknown."""
    _own(desk, event_id, intent).update(seen_at=desk.now)


def leave(desk: Desk, event_id: UUID, intent: str) -> None:
    """The login's own form was closed, or its page was left: nobody is told of it from now on."""
    _own(desk, event_id, intent).update(seen_at=None)


def leave_all(account: Account) -> None:
    """The login signs out: all its forms are closed. A database that does not take this just now keeps nobody in."""
    try:
        Presence.objects.filter(account=account, seen_at__isnull=False).update(seen_at=None)
    except DatabaseError as error:
        log.warning("presence_not_noted", exception_type=type(error).__name__)


def _own(desk: Desk, event_id: UUID, intent: str) -> QuerySet[Presence]:
    return Presence.objects.filter(
        scope=desk.scope, account=desk.account, event=event_id, intent=_line(intent), since__gt=desk.now - KEPT_FOR
    )


def others(desk: Desk, event_id: UUID) -> tuple[Editor, ...]:
    """Who else has a form of the visit open, first who opened it first; nobody where the login may not see it."""
    return _by_visit(desk, _open(desk).filter(event=event_id)).get(event_id, ())


def everywhere(desk: Desk) -> dict[UUID, tuple[Editor, ...]]:
    """The same for all visits that somebody else has open just now, by id: one query, however many a board shows."""
    return _by_visit(desk, _open(desk))


def _by_visit(desk: Desk, opened_by_others: Iterable[Presence]) -> dict[UUID, tuple[Editor, ...]]:
    found: dict[UUID, list[Presence]] = {}
    for row in opened_by_others:
        if _may_see(desk, row):
            found.setdefault(row.event, []).append(row)
    return {event_id: _editors(rows) for event_id, rows in found.items()}


def _open(desk: Desk) -> QuerySet[Presence]:
    """All that others have open, the oldest first. A form that went through is open no more, wherever it was sent."""
    sent = Intent.objects.filter(key=OuterRef("intent"), state=Intent.State.CONFIRMED)
    heard = Presence.objects.filter(scope=desk.scope, seen_at__gt=desk.now - GONE_AFTER)
    rows = heard.exclude(account=desk.account).exclude(Exists(sent))
    return rows.select_related("account").order_by("since", "id")


def _may_see(desk: Desk, row: Presence) -> bool:
    return any(desk.may("calendar.names", UUID(person)) for person in row.people)


def _editors(rows: Iterable[Presence]) -> tuple[Editor, ...]:
    """Each login once, since its first form."""
    first: dict[int, Presence] = {}
    for row in rows:
        first.setdefault(row.account_id, row)
    return tuple(Editor(row.account.display_name, row.since) for row in first.values())


def forget(now: datetime) -> int:
    """Delete what nobody can have open any more. How many. `now` is aware."""
    return Presence.objects.filter(since__lte=now - KEPT_FOR).delete()[0]
