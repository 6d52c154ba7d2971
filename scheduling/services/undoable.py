"""One change as its undo is told: what it was, and why it cannot be taken back, where it cannot."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from .steps import Was


class Why(StrEnum):
    """Why a change cannot be taken back, as far as that is known without asking the API."""

    OPEN = "open"
    UNDONE = "undone"
    BEING_UNDONE = "being undone"
    LOST = "lost"
    NOT_ALLOWED = "not allowed"
    OVER = "over"
    WAS_CANCELLED = "was cancelled"
    LEAVE = "leave"
    GONE = "gone"


class NotUndoable(Exception):
    """This change cannot be taken back."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Told:
    """One change as a page tells it. `was` is the visit before it, None where it cannot be opened.

    `visit` is None for one that was booked and whose outcome is not known. `why`: it cannot be taken back, and why.
    `again` is the step to take back so that it is done anew, where this one is undone.
    """

    id: int
    action: str
    intent: str
    visit: UUID | None
    at: datetime
    fields: tuple[str, ...]
    seen: str
    was: Was | None
    undoes: int | None
    why: Why | None
    again: int | None = None
