"""Many changes with one press: kept with their order, done one by one, each with an intent of its own.

A run is driven from its rows: whoever opens its page goes on with it, in two tabs too, for each part is taken by its
intent once. What was sent and not answered is found out before anything that rests on it. A visit's part that fails
stops nothing but itself. Hours that are not as they were to be stop all that follows: the visits would move for hours
that nobody has. Such a run can be resumed: what was not done is tried once more, in the same order, what was done is
left alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from scheduling.ledger.models import Intent, Run, RunPart
from scheduling.welkin import time_left
from scheduling.welkin.errors import NotFound, WelkinError

from . import audit, outcomes, run_parts, writes
from .desk import Desk
from .hours_plan import Plan
from .notsent import LedgerBusy
from .patience import patiently
from .run_parts import Came, Kind, State, Wish
from .sealing import NotReadable, seal

RUN = "run.start"
# Seconds of the request that one more part needs.
ENOUGH = 3.0
# For so long a run can be undone with one press.
UNDO_FOR = timedelta(days=7)
# Trying again does not help these.
FOR_GOOD = ("not_readable", "not_known")


@dataclass(frozen=True, slots=True)
class Part:
    """One part and what came of it; `wish` is None where it cannot be read any more. `lock`: what it met, if one."""

    number: int
    kind: str
    state: str
    code: str
    intent: str
    wish: Wish | None
    lock: int | None = None

    @property
    def open(self) -> bool:
        return self.state in RunPart.OPEN

    @property
    def stops(self) -> bool:
        """Whether nothing that follows is done because of it."""
        return self.kind == Kind.HOURS and self.state == State.FAILED

    @property
    def again(self) -> bool:
        """Whether it may be tried once more; a step back over somebody's later change may not."""
        return self.wish is not None and not self.wish.failed and self.code not in FOR_GOOD


@dataclass(frozen=True, slots=True)
class Told:
    """A run as its page tells it. `trouble` is what the last round met: why it stopped, or why the API said no."""

    id: UUID
    intent: str
    cause: str
    subject: UUID | None
    made_at: datetime
    parts: tuple[Part, ...]
    undoes: UUID | None = None
    undone_by: UUID | None = None
    may_undo: bool = False
    may_resume: bool = False
    trouble: Exception | None = None

    @property
    def over(self) -> bool:
        return not any(part.open for part in self.parts)

    @property
    def complete(self) -> bool:
        return all(part.state == State.DONE for part in self.parts)

    def count(self, state: str) -> int:
        return sum(part.state == state for part in self.parts)


# --- Asking for one --------------------------------------------------------------------------------------------------


@patiently
def start(
    desk: Desk,
    intent: str,
    cause: str,
    subject: UUID | None,
    wishes: Sequence[Wish],
    undoes: UUID | None = None,
) -> UUID:
    """Keep what is asked for, in order, before anything of it is done. The same form gives the same run.

    A form of which nothing has left yet may ask for something else. Raises IntentRefused, LedgerBusy.
    """
    writes.find_intent(desk, intent)
    with transaction.atomic():
        before = Run.objects.select_for_update().filter(intent=intent, account=desk.account).first()
        if before and (before.cause != Run.Cause.HOURS or _begun(desk, before)):
            return before.pk
        if before:
            before.delete()
        return _keep(desk, intent, cause, subject, wishes, undoes).pk


def _begun(desk: Desk, run: Run) -> bool:
    minted = Intent.objects.filter(key=run.intent, state=Intent.State.MINTED).exists()
    return not minted or run.parts.filter(state__in=(State.DONE, State.UNKNOWN)).exists()


def _keep(
    desk: Desk, intent: str, cause: str, subject: UUID | None, wishes: Sequence[Wish], undoes: UUID | None
) -> Run:
    run = Run.objects.create(
        account=desk.account,
        scope=desk.scope,
        intent=intent,
        cause=cause,
        subject=subject,
        undoes_id=undoes,
        made_at=desk.now,
    )
    RunPart.objects.bulk_create(
        RunPart(
            run=run,
            number=number,
            kind=wish.kind,
            intent=_intent_of(intent, cause, number),
            state=State.FAILED if wish.failed else State.WAITING,
            code=wish.failed,
            sealed=seal(run_parts.WISHES.dump_python(wish, mode="json")),
        )
        for number, wish in enumerate(wishes)
    )
    note(desk, run, RUN, [wish.kind for wish in wishes])
    return run


def note(desk: Desk, run: Run, action: str, kinds: Sequence[str]) -> None:
    """The line of the audit trail that tells of a run as a whole; its parts have lines of their own."""
    people = [str(run.subject)] if run.subject else []
    told: dict[str, Any] = {"people": people, "fields": list(kinds)[:100], "code": run.cause, "intent": run.intent}
    audit.note(desk, action, object_id=str(run.pk), **told)


def _intent_of(intent: str, cause: str, number: int) -> str:
    """The main change of hours is the form's own: a second submit of it finds its outcome."""
    return intent if cause == Run.Cause.HOURS and number == 0 else f"{intent}.{number}"


# --- Doing it --------------------------------------------------------------------------------------------------------


def advance(desk: Desk, run_id: UUID) -> Told:
    """Do the next parts, as many as the request has time for; at least one. Raises NotFound."""
    row = find_run(desk, run_id)
    trouble: Exception | None = None
    _skip_where_stopped(desk, row)
    for number, part in enumerate(row.parts.filter(state__in=RunPart.OPEN).order_by("number")):
        left = time_left()
        if number and left is not None and left < ENOUGH:
            break
        try:
            came = _one(desk, row, part)
        except (LedgerBusy, WelkinError) as unsent:
            trouble = unsent
            break
        trouble = trouble or came.error
        if came.state in RunPart.OPEN and (part.kind == Kind.HOURS or came.state == State.WAITING):
            break  # visits rest on the hours, and what another window has just taken is under way there
        if part.kind == Kind.HOURS and came.state == State.FAILED:
            break
    _skip_where_stopped(desk, row)
    _end(desk, row)
    return told_of(desk, find_run(desk, run_id), trouble)


def _skip_where_stopped(desk: Desk, row: Run) -> None:
    """Hours that were not made, or not put back, stop what waits; an undo may know that from the beginning."""
    if row.parts.filter(kind=Kind.HOURS, state=State.FAILED).exists():
        row.parts.filter(state=State.WAITING).update(state=State.SKIPPED, settled_at=desk.now)


def _one(desk: Desk, row: Run, part: RunPart) -> Came:
    """Do one part, or find out what became of it. Raises LedgerBusy, WelkinError."""
    try:
        wish = run_parts.wish_of(part)
    except NotReadable:
        return _note(desk, part, Came(State.FAILED, "not_readable"))
    key = part.intent if part.intent == row.intent else writes.part_of(desk, row.intent, number_of(part.intent))
    before = writes.earlier(desk, key)
    if before is None or part.kind in run_parts.OWN:
        came = run_parts.do(desk, wish, key)
    else:
        came = run_parts.of_outcome(outcomes.tell(desk, key).outcome)
    return _note(desk, part, run_parts.after_all(desk, wish, came))


def number_of(part_intent: str) -> int:
    """The number of a part's intent within that of its run."""
    return int(part_intent.rpartition(".")[2])


@patiently
def _note(desk: Desk, part: RunPart, came: Came) -> Came:
    """Keep what came of it; what is settled stays as it was told."""
    RunPart.objects.filter(pk=part.pk, state__in=RunPart.OPEN).update(
        state=came.state,
        code=came.code,
        result=dict(came.result),
        settled_at=None if came.state in RunPart.OPEN else desk.now,
    )
    return came


def _end(desk: Desk, row: Run) -> None:
    if not row.parts.filter(state__in=RunPart.OPEN).exists():
        Run.objects.filter(pk=row.pk, ended_at=None).update(ended_at=desk.now)


# --- Telling of it ---------------------------------------------------------------------------------------------------


def find_run(desk: Desk, run_id: UUID) -> Run:
    """The login's own run. Raises NotFound."""
    row = Run.objects.filter(pk=run_id, account=desk.account, scope=desk.scope).first()
    if row is None:
        raise NotFound("no such run")
    return row


def tell(desk: Desk, run_id: UUID) -> Told:
    """A run of the login's own; no call. Raises NotFound."""
    return told_of(desk, find_run(desk, run_id), None)


def of_intent(desk: Desk, intent: str) -> Told | None:
    """The run that a form has started, None where it has none."""
    row = Run.objects.filter(intent=intent, account=desk.account, scope=desk.scope).first()
    return told_of(desk, row, None) if row else None


def latest_for(desk: Desk, clinician_id: UUID) -> Told | None:
    """The login's latest change of these hours that can still be undone; None where there is none. For the hours page.

    No call.
    """
    own = Run.objects.filter(account=desk.account, scope=desk.scope, subject=clinician_id, cause=Run.Cause.HOURS)
    for row in own.filter(made_at__gt=desk.now - UNDO_FOR).order_by("-made_at")[:5]:
        told = told_of(desk, row, None)
        if told.may_undo:
            return told
    return None


def unfinished_for(desk: Desk, clinician_id: UUID) -> Told | None:
    """The login's latest run about this person that is still open, or waits to be tried again: its page was closed.

    No call.
    """
    recent = desk.now - UNDO_FOR
    rows = Run.objects.filter(account=desk.account, scope=desk.scope, subject=clinician_id, made_at__gt=recent)
    for row in rows.order_by("-made_at")[:5]:
        told = told_of(desk, row, None)
        if not told.over or told.may_resume:
            return told
    return None


def told_of(desk: Desk, row: Run, trouble: Exception | None) -> Told:
    """A run as its page tells it."""
    parts = tuple(_part(part) for part in row.parts.order_by("number"))
    undone = Run.objects.filter(undoes=row).values_list("pk", flat=True).first()
    over = not any(part.open for part in parts)
    recent = row.made_at > desk.now - UNDO_FOR
    done = any(part.state == State.DONE for part in parts)
    stops = [part for part in parts if part.stops]
    return Told(
        id=row.pk,
        intent=row.intent,
        cause=row.cause,
        subject=row.subject,
        made_at=row.made_at,
        parts=parts,
        undoes=row.undoes_id,
        undone_by=undone,
        may_undo=over and recent and done and undone is None and row.cause != Run.Cause.UNDO,
        may_resume=over and recent and undone is None and bool(stops) and all(part.again for part in stops),
        trouble=trouble,
    )


def _part(part: RunPart) -> Part:
    try:
        wish: Wish | None = run_parts.wish_of(part)
    except NotReadable:
        wish = None
    return Part(part.number, part.kind, part.state, part.code, part.intent, wish, part.result.get("lock"))


def wishes_of(plan: Plan, more: Iterable[Wish] = ()) -> list[Wish]:
    """The parts of a change of hours: the records first, then what becomes of the visits."""
    return [*(Wish(Kind.HOURS, step=step) for step in plan.steps), *more]
