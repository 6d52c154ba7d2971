"""A visit of ours whose answer was lost, seen in passing: whatever reads the calendar for a check finds it too."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from scheduling.domain.claim import Hold
from scheduling.domain.event import Event
from scheduling.ledger.models import Claim, Intent

from . import claims, lately, steps, versions, writes
from .desk import Desk
from .patience import patiently
from .writes import Change, Ending


def found_facts(event: Event, seen: str = "") -> dict[str, str]:
    """What is remembered of a visit that was found to be there. `seen`: the version that our change left."""
    updated = {"updated": event.updated_at.isoformat()} if event.updated_at else {}
    return {"event": str(event.id), steps.SEEN: seen or versions.version(event), **updated}


def settle_seen(desk: Desk, holds: Iterable[Hold], events: Sequence[Event]) -> bool:
    """Confirm creates of unknown outcome that the reading shows. Whether there was one."""
    lost = {hold.intent: hold for hold in holds if hold.event_id is None and hold.state == Claim.State.UNKNOWN}
    found = [(key, event) for key, hold in lost.items() for event in events if hold.is_of(event)]
    for key, event in found:
        confirm_found(desk, Intent.objects.get(key=key), event, "found by marker")
    return bool(found)


@patiently
def confirm_found(desk: Desk, intent: Intent, event: Event, how: str) -> writes.Outcome:
    """Settle an unknown outcome by the visit that shows it. Raises LedgerBusy."""
    people = tuple(row.person_id for row in event.participants)
    change = Change(intent.action, people, event.id)
    lately.remember_event(desk, event)
    facts = found_facts(event, steps.seen_left(intent.key, event))
    with transaction.atomic():
        outcome = writes.settle(desk, intent.key, change, Ending.CONFIRMED, facts, how)
        # Somebody who saw it may have moved or cancelled it before it was found here.
        claims.leave_where_it_is_not(intent.key, event, desk.now)
    return outcome
