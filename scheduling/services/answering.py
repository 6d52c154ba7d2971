"""Several invitations answered at once: each with its own intent, so that each is recorded once or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from scheduling.domain.event import Answer
from scheduling.welkin import time_left
from scheduling.welkin.errors import WelkinError

from . import changing, invitations
from .changing import Done
from .desk import Desk, NotAllowed
from .notsent import NotSent
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
