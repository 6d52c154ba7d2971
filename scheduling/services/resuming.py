"""Trying once more what a run did not do, in the same order; what was done is left alone.

Only a run that was stopped by its hours can be resumed: a visit's part that failed stops nothing, and is put right at
the visit.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from scheduling.ledger.models import Run, RunPart

from . import runs
from .desk import Desk
from .notsent import NotSent
from .patience import patiently
from .run_parts import Kind, State

RESUME = "run.resume"
# The numbers of the intents of one part, this far apart, one for each time that it is tried.
APART = 1000


class NotResumable(NotSent):
    """Nothing of it was stopped, or what stopped it stops it for good, or it was put back, or is long ago."""


@patiently
def resume(desk: Desk, run_id: UUID) -> None:
    """Let what was not done wait again, each part with an intent of its own; `advance` does it.

    Pressed twice it is done once. Raises NotFound, NotResumable, LedgerBusy.
    """
    with transaction.atomic():
        row = Run.objects.select_for_update().get(pk=runs.find_run(desk, run_id).pk)
        told = runs.told_of(desk, row, None)
        if not told.may_resume:
            raise NotResumable
        again = list(row.parts.filter(Q(state=State.SKIPPED) | Q(state=State.FAILED, kind=Kind.HOURS)))
        for part in again:
            _wait_again(row, part)
        row.ended_at = None
        row.save(update_fields=["ended_at"])
        runs.note(desk, row, RESUME, [part.kind for part in again])


def _wait_again(row: Run, part: RunPart) -> None:
    """What was tried gets another intent: the one it had has its outcome."""
    if part.state == State.FAILED:
        tried = 0 if part.intent == row.intent else runs.number_of(part.intent) // APART
        part.intent = f"{row.intent}.{(tried + 1) * APART + part.number}"
    part.state, part.code, part.settled_at = State.WAITING, "", None
    part.save(update_fields=["intent", "state", "code", "settled_at"])
