"""Several invitations answered at once, and taken back at once: each with its own intent, so once or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from scheduling.domain.event import Answer
from scheduling.welkin import time_left
from scheduling.welkin.errors import WelkinError

from . import changing, invitations, undo
from .changing import Done, NothingToChange
from .desk import Desk, NotAllowed
from .notsent import NotSent
from .undo import NotUndoable, Told
from .writes import IntentRefused

# Answered together; each takes a read and a write.
MOST_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Pick:
    """One of several invitations that are answered at once, with the intent and the version of its own row."""

    event_id: UUID
    person_id: UUID
    intent: str
    seen: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one of several answers: `done`, or the `error` that kept it from being done; neither: no time."""

    event_id: UUID
    person_id: UUID
    done: Done | None = None
    error: Exception | None = None

    @property
    def recorded(self) -> bool:
        return self.done is not None and self.done.confirmed


def answer_several(desk: Desk, picks: Sequence[Pick], said: Answer) -> tuple[Answered, ...]:
    """The same answer to each, one after the other, each with its own intent; what fails stops none of the others.

    What is more than MOST_AT_ONCE, or finds no time left, is told as not done.
    """
    tried = tuple(_one_of_several(desk, pick, said) for pick in picks[:MOST_AT_ONCE])
    return (*tried, *(Answered(pick.event_id, pick.person_id) for pick in picks[MOST_AT_ONCE:]))


def _one_of_several(desk: Desk, pick: Pick, said: Answer) -> Answered:
    left = time_left()
    if left is not None and left < changing.ENOUGH:
        return Answered(pick.event_id, pick.person_id)
    try:
        done = invitations.answer(desk, pick.intent, pick.event_id, pick.person_id, said=said, seen=pick.seen)
    except (NotSent, NotAllowed, IntentRefused, WelkinError) as error:
        return Answered(pick.event_id, pick.person_id, error=error)
    return Answered(pick.event_id, pick.person_id, done)


@dataclass(frozen=True, slots=True)
class Back:
    """One of several answers that are taken back at once: the number of its step, and an intent of its own."""

    step_id: int
    intent: str


def undoable(desk: Desk, tried: Sequence[Answered]) -> tuple[Told, ...]:
    """Those of the answers that were just given together which can be taken back, the latest first. Two queries."""
    given = [each.done.outcome.intent for each in tried if each.done is not None and each.recorded]
    return tuple(step for step in undo.of_intents(desk, given) if step.why is None and step.undoes is None)


def take_back_several(desk: Desk, backs: Sequence[Back]) -> tuple[bool, ...]:
    """Whether each was taken back, one after the other; what fails stops none of the others, and changes nothing."""
    return tuple(_taken_back(desk, back) for back in backs[:MOST_AT_ONCE])


def _taken_back(desk: Desk, back: Back) -> bool:
    left = time_left()
    if left is not None and left < changing.ENOUGH:
        return False
    try:
        return undo.take_back(desk, back.intent, back.step_id).confirmed
    except (NotSent, NotAllowed, NotUndoable, NothingToChange, IntentRefused, WelkinError):
        return False
