"""Since when nobody could look for visits that overlap: what a page may say of "none" rests on it.

The worker notes each look that succeeded, among the kept answers. A worker that does not run counts like an API that
does not answer.
"""

from datetime import datetime, timedelta

from django.db.models import Min
from pydantic import TypeAdapter

from scheduling.ledger.models import Claim

from . import keeping
from .keeping import Kept, Query

# Three polls of the worker (tasks.DUE).
USUAL = timedelta(seconds=90)
LOOKED = Query("overlaps-looked", (), frozenset(), TypeAdapter(bool))


def note(scope: str, now: datetime) -> None:
    """The calendar was read for overlaps at this instant."""
    keeping.store(scope, LOOKED, Kept(True, now, ""))


def blind_since(scope: str, now: datetime) -> datetime | None:
    """Since when visits made through Daybook stand unwatched; None while they are watched as usual, or there are none.

    Instants, aware. Two queries, no call.
    """
    held = Claim.objects.filter(scope=scope, state=Claim.State.CONFIRMED, ends_at__gt=now)
    placed = held.aggregate(first=Min("changed_at"))["first"]
    if placed is None:
        return None
    kept = keeping.find(scope, LOOKED)
    since: datetime = max(placed, kept.read_at) if kept else placed
    return since if now - since > USUAL else None
