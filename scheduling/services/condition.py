"""How Daybook itself is doing, as the page of the connection tells it: from our own tables, without a call."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduling.ledger.models import AuditCheck, Intent

from . import kept, vitals
from .desk import Desk
from .vitals import Answers
from .writes import OPEN, open_longer_than

MOST_WAITING = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change without a known outcome: what was asked, when, and when it is looked for next; not whose visit."""

    action: str
    begun_at: datetime | None
    look_at: datetime | None
    looks: int


@dataclass(frozen=True, slots=True)
class Condition:
    """`answers` of the last hour; `beat` is the age of the worker's last work; `check` the last look at the trail.

    `waiting` holds the oldest of `waiting_in_all`. `readable_at` is when the weeks of everybody were last kept.
    """

    answers: Answers
    beat: timedelta | None
    readable_at: datetime | None
    check: AuditCheck | None
    waiting: tuple[Waiting, ...]
    waiting_in_all: int


def look(desk: Desk) -> Condition:
    """Raises NotAllowed."""
    desk.require("system.see")
    rows = Intent.objects.filter(state__in=OPEN).order_by("started_at")
    told = rows.values_list("action", "started_at", "look_at", "looks")[:MOST_WAITING]
    return Condition(
        answers=vitals.answers(desk.now),
        beat=vitals.beat_age(desk.now),
        readable_at=kept.warmed_at(desk.scope),
        check=AuditCheck.objects.order_by("-id").first(),
        waiting=tuple(Waiting(*row) for row in told),
        waiting_in_all=open_longer_than(desk.now, 0),
    )
