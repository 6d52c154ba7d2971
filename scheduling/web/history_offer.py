"""The offer to undo that stands in the toast of each change."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from scheduling.services import undo, writes
from scheduling.services.changing import Done
from scheduling.services.desk import Desk
from scheduling.services.notsent import LedgerBusy
from scheduling.services.undo import Told
from scheduling.web.history import WHY, address


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands behind the sentence of a toast. `url` takes the change back with `intent` in one press.

    Without an `intent` (our own database is busy) it leads to the question first. Without `url`, `why` says why not.
    """

    id: int = 0
    url: str = ""
    intent: str = ""
    label: str = ""
    why: str | Promise = ""
    old: int | None = None
    """The toast that this one follows: its offer is used up."""


NONE = Offer()


def offer(desk: Desk, done: Done | None) -> Offer:
    """What to offer after a change: its undo, or after an undo that it is done again. At most four queries."""
    step = undo.of_intent(desk, done.outcome.intent) if done is not None else None
    if step is None:
        return NONE
    if step.why is not None:
        return Offer(step.id, why=WHY[step.why], old=step.undoes)
    return Offer(step.id, address(step.id), _intent(desk), _label(desk, step), old=step.undoes)


def link(desk: Desk, intent: str) -> str:
    """Where a change that was found to be made is undone; empty where that is not possible."""
    step = undo.of_intent(desk, intent)
    return address(step.id) if step is not None and step.why is None and step.undoes is None else ""


def _intent(desk: Desk) -> str:
    try:
        return writes.mint(desk)
    except LedgerBusy:
        return ""


def _label(desk: Desk, step: Told) -> str:
    """An undo is done again; what was done again is undone as the change itself was."""
    return _("Undo") if step.undoes is None or undo.is_redo(desk, step) else _("Redo")
