"""What is kept of each change of a visit so that it can be taken back (design 5.6): written by the choke point alone.

A step is begun in the transaction that takes the intent and ends in the one that stores the outcome, so there is never
one without the other: a change that was refused or never left has none, one of unknown outcome stays open and cannot
be taken back until it is settled. What the visit was before stands in it sealed, as drafts do.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from scheduling.domain.event import Event
from scheduling.ledger.models import Step

from . import keeping, versions
from .desk import Desk
from .notsent import NotSent

KEPT_FOR = timedelta(days=7)
SEEN, DELETE = "seen", "appointment.delete"
# The changes that can be taken back; every other change of a visit leaves no step.
ACTIONS = frozenset(
    {
        "appointment.book",
        "appointment.move",
        "appointment.edit",
        "appointment.cancel",
        "appointment.restore",
        "appointment.mark",
        "appointment.unmark",
        "appointment.attend",
        "appointment.join",
        "appointment.take_out",
        DELETE,
        "invitation.answer",
    }
)


class AlreadyUndone(NotSent):
    """Another press took it back, or is just doing so."""


@dataclass(frozen=True, slots=True)
class Was:
    """What a way back needs: the visit before the change, whom in it the change was about, what was said and why."""

    event: Event
    people: tuple[UUID, ...] = ()
    said: str = ""
    reason: str = ""


WAS = TypeAdapter(Was)


def begin(desk: Desk, intent: str, action: str, visit: UUID | None, fields: Collection[str], was: Was | None) -> None:
    """Note what a change is about to alter, inside the transaction that takes its intent.

    Raises AlreadyUndone where it takes back (`desk.undoes`) what is not there to be taken back any more.
    """
    if was is None or action not in ACTIONS:
        return
    if desk.undoes is not None:
        _lock(desk, desk.undoes)
    Step.objects.create(
        account=desk.account,
        scope=desk.scope,
        intent=intent,
        action=action,
        visit=str(visit or ""),
        fields=list(fields),
        sealed=keeping.packed(WAS, was),
        undoes_id=desk.undoes,
        made_at=desk.now,
    )


def _lock(desk: Desk, step_id: int) -> None:
    own = Step.objects.select_for_update().filter(pk=step_id, account=desk.account, state=Step.State.DONE).first()
    taken = Step.objects.filter(undoes_id=step_id, state__in=(Step.State.OPEN, Step.State.DONE))
    if own is None or taken.exists():
        raise AlreadyUndone


def done(intent: str, facts: Mapping[str, Any]) -> None:
    """The change was made, inside the transaction that stores its outcome: from now on it can be taken back.

    Where it takes back another one, that one is undone; where that had itself taken one back, the first is done anew.
    """
    step = Step.objects.filter(intent=intent, state=Step.State.OPEN).select_related("undoes").first()
    if step is None:
        return
    step.state, step.visit = Step.State.DONE, str(facts.get("event") or step.visit)
    step.seen = str(facts.get(SEEN, ""))
    step.save(update_fields=["state", "visit", "seen"])
    if step.undoes is not None:
        _follow(step.undoes, step.visit)
        Step.objects.filter(pk=step.undoes.pk).update(state=Step.State.UNDONE)
        if step.undoes.undoes_id:
            Step.objects.filter(pk=step.undoes.undoes_id).update(state=Step.State.DONE)


def _follow(deleted: Step, visit: str) -> None:
    """A visit that was deleted is booked again under another id: whatever was done with it before goes on with that."""
    if deleted.action == DELETE:
        Step.objects.filter(scope=deleted.scope, visit=deleted.visit).update(visit=visit)


def dropped(intent: str) -> None:
    """The change was not made: there is nothing to take back."""
    Step.objects.filter(intent=intent, state=Step.State.OPEN).delete()


def was_of(step: Step) -> Was | None:
    """What it was before; None where it cannot be opened any more (the key was changed)."""
    return keeping.unpacked(WAS, step.sealed)


# What each change alters by itself, with what the API alters along; an edit alters the words that it names.
TOUCHED: Mapping[str, tuple[str, ...]] = {
    "appointment.move": ("when", "host", "people", "answers"),
    "appointment.join": ("people", "answers", "attendance"),
    "appointment.take_out": ("people", "answers", "attendance"),
    "appointment.attend": ("attendance",),
    "invitation.answer": ("answers",),
}
STATUS = ("status",)


def seen_left(intent: str, found: Event) -> str:
    """The version of a visit whose change was lost and then found, as the change left it.

    What is otherwise than it was before, or for a booking than it was asked for, and no part of the change itself was
    changed by others before it was found: a later change, which no undo goes over. A booking that was never changed
    since it was made is as it was left, whatever the API made of the wish.
    """
    step = Step.objects.filter(intent=intent).first()
    was = was_of(step) if step else None
    if step is None or was is None:
        return versions.version(found)
    if step.action != "appointment.book":
        edit = step.action == "appointment.edit"
        return versions.mixed(found, was.event, tuple(step.fields) if edit else TOUCHED.get(step.action, STATUS))
    if found.created_at is not None and found.created_at == found.updated_at:
        return versions.version(found)
    return versions.mixed(replace(found, updated_at=found.created_at), was.event, ())


def forget(now: datetime) -> int:
    """Delete what was kept long enough; an open one stays until it is settled. `now` is aware."""
    old = Step.objects.filter(made_at__lte=now - KEPT_FOR).exclude(state=Step.State.OPEN)
    return old.exclude(undone_by__made_at__gt=now - KEPT_FOR).delete()[0]
