"""What came after a change that should be undone, and by whom: shown in place of the undo."""

from dataclasses import dataclass

from scheduling.domain.event import Event
from scheduling.services import changing, undo
from scheduling.services.desk import Desk
from scheduling.services.undo import Told
from scheduling.web import merging, visits, words
from scheduling.web.words import Word


@dataclass(frozen=True, slots=True)
class Later:
    """A part of the visit that was changed later: what it is now, and who made it so."""

    part: Word
    now: str
    by: str


def of(desk: Desk, step: Told, event: Event) -> tuple[Later, ...]:
    """What stands against the undo: each part that is no longer as the change left it. Two queries, no call."""
    found = undo.changers(desk, step, event)
    parts = visits.differences(desk, event, tuple(found))
    return tuple(
        Later(part.part, _answers(desk, step, event) if name == "answers" else part.now, merging.by_line(desk, who))
        for part, (name, who) in zip(parts, found.items(), strict=True)
    )


def _answers(desk: Desk, step: Told, event: Event) -> str:
    """All answers for who may see the visit; for others, who answered for themselves, the one that they gave."""
    own = step.was.people if step.was else ()
    rows = event.participants
    if not changing.may_see(desk, event):
        rows = tuple(row for row in rows if row.person_id in own)
    return ", ".join(f"{row.name}: {words.answer_of(row.answer)}" for row in rows)
