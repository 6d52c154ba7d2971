"""What came of a change whose answer was not clear, and finding it out."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from scheduling.ledger.models import Intent
from scheduling.welkin.errors import NotFound

from . import work_hours, writes
from .desk import Desk
from .writes import Change, Ending, Outcome


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome with what a page needs: the visit it is about, where one is known."""

    outcome: Outcome
    action: str
    event_id: UUID | None

    @property
    def open(self) -> bool:
        return self.outcome.ending in (Ending.UNKNOWN, Ending.WORKING)


def marker_of(key: str) -> str:
    """The `externalId` by which a visit that a form created is found again. It says nothing about anybody."""
    return f"daybook-{key}"


def find_out(desk: Desk, intent: Intent) -> Outcome:
    """Look for the visit of a create whose answer was lost; the outcome stays unknown until it is seen.

    That it is not there yet proves nothing (an effect may come late), so nothing is ever called failed here.
    """
    try:
        event = desk.client.events.read_by_external_id(marker_of(intent.key))
    except NotFound:
        return writes.outcome_of(intent)
    change = Change(action=intent.action, object_id=event.id)
    return writes.settle(desk, intent.key, change, Ending.CONFIRMED, {"event": str(event.id)}, "found by marker")


FINDERS: dict[str, Callable[[Desk, Intent], Outcome]] = {
    "appointment.book": find_out,
    work_hours.SET: work_hours.find_out,
}


def tell(desk: Desk, key: str) -> Told:
    """The outcome of the login's own change. Raises IntentRefused, WelkinError."""
    intent = writes.find_intent(desk, key)
    finder = FINDERS.get(intent.action) if intent.state == Intent.State.UNKNOWN else None
    outcome = finder(desk, intent) if finder else writes.outcome_of(intent)
    event = outcome.facts.get("event") if intent.action != work_hours.SET else None
    return Told(outcome=outcome, action=intent.action, event_id=UUID(event) if event else None)
