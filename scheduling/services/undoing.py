"""Undo of a run: a run of its own that goes backwards, each step through the same services and claims.

The hours are put back first, because the visits need them at their old times. What somebody changed since is left as it
is, and told.
"""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from scheduling.ledger.models import Run, RunPart
from scheduling.welkin.errors import NotFound

from . import run_parts, runs, work_hours
from .desk import Desk
from .hours_plan import Step, content_of, draft_of, withdrawn
from .notsent import NotSent
from .run_parts import Kind, State, Wish
from .sealing import NotReadable


class NotUndoable(NotSent):
    """It was undone before, is still under way, is long ago, or did nothing."""


def undo(desk: Desk, intent: str, run_id: UUID) -> UUID:
    """Ask for the undo of a run; the id of the run that does it. One call for the hours of the clinician.

    Raises NotFound, NotUndoable, NotAllowed, IntentRefused, LedgerBusy, WelkinError.
    """
    before = runs.of_intent(desk, intent)
    if before:
        return before.id
    told = runs.tell(desk, run_id)
    if not told.may_undo:
        raise NotUndoable
    rows = list(RunPart.objects.filter(run_id=run_id, state=State.DONE).order_by("-number"))
    wishes = [*_hours_back(desk, rows), *_turns_back(rows), *_visits_back(rows)]
    return runs.start(desk, intent, Run.Cause.UNDO, told.subject, wishes, run_id)


def _wishes(rows: list[RunPart]) -> Iterator[tuple[RunPart, Wish]]:
    for row in rows:
        try:
            yield row, run_parts.wish_of(row)
        except NotReadable:
            continue


def _hours_back(desk: Desk, rows: list[RunPart]) -> Iterator[Wish]:
    sheets: dict[UUID, work_hours.Sheet] = {}
    for row, wish in _wishes(rows):
        step = wish.step
        if row.kind != Kind.HOURS or step is None:
            continue
        person = step.draft.clinician_id
        sheet = sheets.get(person) or work_hours.to_change(desk, person)
        sheets[person] = sheet
        yield _hour_back(step, row.result.get("record", ""), sheet)


def _hour_back(step: Step, record_id: str, sheet: work_hours.Sheet) -> Wish:
    try:
        now = sheet.record(UUID(record_id)) if record_id else None
    except NotFound:
        now = None
    if now is None or content_of(draft_of(now)) != content_of(step.draft):
        return Wish(Kind.HOURS, step=step, failed="changed")
    # One that counted already is withdrawn too: ended yesterday, it would leave the days before as they were made.
    return Wish(Kind.HOURS, step=Step(draft_of(step.record), now) if step.record else withdrawn(now))


def _turns_back(rows: list[RunPart]) -> Iterator[Wish]:
    return (Wish(Kind.TURNS, turns=wish.turns.back) for _row, wish in _wishes(rows) if wish.turns)


def _visits_back(rows: list[RunPart]) -> Iterator[Wish]:
    for row, wish in _wishes(rows):
        if wish.visit is None or row.code == "nothing":
            continue
        if row.kind == Kind.KEEP:
            yield replace(wish, kind=Kind.UNKEEP, reason="")
            continue
        seen = row.result.get("seen", "")
        visit = replace(wish.visit, seen=seen)
        failed = "" if seen else "changed"
        if row.kind == Kind.MOVE:
            back = Wish(Kind.MOVE, visit=visit, to=wish.visit.when, host=wish.visit.host, failed=failed)
            yield back
        elif row.kind == Kind.CANCEL:
            yield Wish(Kind.RESTORE, visit=visit, failed=failed)
