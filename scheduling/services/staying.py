"""A visit that stays although its cover is gone: said once, with a reason, and not asked about again.

Nothing goes to the API: the visit is as it was. The line of the audit trail is the record (product 1, "off today").
"""

from collections.abc import Iterable
from uuid import UUID

from . import own_changes
from .desk import Desk
from .impact import KEEP, UNKEEP
from .writes import Change

# Who may change a visit may also leave it where it is.
RIGHT = "appointment.edit"


def keep(desk: Desk, intent: str, event_id: UUID, person_id: UUID, cause: str, reason: str) -> bool:
    """Say that a visit stays, and why. `cause` is the mark of `impact.Stranded`. False where this was said before.

    Raises NotAllowed, IntentRefused, LedgerBusy.
    """
    desk.require(RIGHT, person_id)
    return own_changes.once(desk, intent, _change(KEEP, [person_id], cause, reason), lambda: str(event_id), cause)


def unkeep(desk: Desk, intent: str, event_id: UUID, person_id: UUID, cause: str) -> bool:
    """Take that back, so that the visit is asked about again. Raises NotAllowed, IntentRefused, LedgerBusy."""
    desk.require(RIGHT, person_id)
    return own_changes.once(desk, intent, _change(UNKEEP, [person_id], cause, ""), lambda: str(event_id), cause)


def _change(action: str, people: Iterable[UUID], cause: str, reason: str) -> Change:
    return Change(action, tuple(people), reason=reason.strip(), content={"cause": cause, "reason": reason.strip()})
