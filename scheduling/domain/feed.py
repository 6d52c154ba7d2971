"""What a private calendar feed shows of somebody's visits, at the level of detail that its owner chose.

An entry is facts, not words: the writer of the file puts them into a language. Least first: a feed lies readable in
every program and on every device that has its address (reliability 3, "ICS feed").
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from .event import Event
from .interval import Interval
from .occupancy import Use, host_zone, leave_state, occupied
from .week import days_touched


class Detail(StrEnum):
    """BUSY: that there is something. KIND: also which kind, how and where. INITIALS: also of whom."""

    BUSY = "busy"
    KIND = "kind"
    INITIALS = "initials"


class State(StrEnum):
    """RFC 5545 3.8.1.11, for events."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One visit or leave as a feed shows it. `first` and `last` are dates where it takes whole days, `last` included.

    `kind`, `mode`, `place` and `initials` are empty where the level of detail leaves them out.
    """

    event: UUID
    state: State
    start: datetime
    end: datetime
    leave: bool = False
    first: date | None = None
    last: date | None = None
    kind: str = ""
    mode: str = ""
    place: str = ""
    initials: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What is shown, as plain text by name: two entries that show the same have the same."""
        return {name: str(value) for name, value in asdict(self).items() if value not in (None, "", False)}

    @classmethod
    def of_facts(cls, facts: dict[str, Any]) -> "Entry":
        """The entry that these facts were made from. Raises ValueError, KeyError for others."""
        first, last = (date.fromisoformat(facts[name]) if name in facts else None for name in ("first", "last"))
        start, end = (datetime.fromisoformat(facts[name]) for name in ("start", "end"))
        words = (facts.get(name, "") for name in ("kind", "mode", "place", "initials"))
        return cls(UUID(facts["event"]), State(facts["state"]), start, end, "leave" in facts, first, last, *words)


def entries_of(events: Iterable[Event], person: UUID, zone: ZoneInfo, detail: Detail) -> list[Entry]:
    """What a feed of this person shows of these events. `zone` is theirs, where an event names none.

    Refused leave, and leave that others ask for, is nothing of theirs.
    """
    shown = (event for event in events if event.involves(person))
    return [entry_of(event, zone, detail) for event in shown if not (event.is_leave and _is_nothing(event, person))]


def _is_nothing(event: Event, person: UUID) -> bool:
    return event.host_id != person or (event.live and leave_state(event) is Use.REFUSED_LEAVE)


def entry_of(event: Event, zone: ZoneInfo, detail: Detail) -> Entry:
    """One visit or leave at this level of detail. `zone` is the viewer's, where the event names none."""
    when = occupied(event, zone)
    entry = Entry(event.id, _state(event), when.start, when.end, event.is_leave)
    if event.all_day:
        entry = replace(entry, **_days(event, when, zone))
    if detail is Detail.BUSY or event.is_leave:
        return entry
    entry = replace(entry, kind=event.type or "", mode=event.mode or "", place=event.detail("location"))
    if detail is Detail.KIND:
        return entry
    return replace(entry, initials=", ".join(_initials(row.first_name, row.last_name) for row in event.patients))


def _days(event: Event, when: Interval, zone: ZoneInfo) -> dict[str, Any]:
    own = host_zone(event) or zone
    first, last = days_touched(when, own)
    return {"first": first, "last": last}


def _state(event: Event) -> State:
    if not event.live:
        return State.CANCELLED
    pending = event.is_leave and leave_state(event) is Use.PENDING_LEAVE
    return State.TENTATIVE if pending else State.CONFIRMED


def _initials(*names: str) -> str:
    return "".join(f"{name.strip()[0].upper()}." for name in names if name.strip()) or "?"
