"""Months that are over, kept as figures are made from them: a year is read once, not with every step of a page.

A row for each person and month, sealed: when, of which kind and status the visits were and how many patients came, no
names. It stands for a reading for KEPT hours, and its time is told. A change through Daybook that concerns the month
makes it old at once: of a visit in it or moved into it, of hours (the audit trail says whose), of closures and zones
(a part of the key). What somebody else changed in Welkin shows when the row is old, or is read again on request.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter

from scheduling.domain.event import Event, Participant, Role
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.spans import EPOCH
from scheduling.domain.timetable import Closure
from scheduling.domain.usage.atoms import Atom, Case
from scheduling.ledger.models import AuditRecord, KeptEvent

from . import closures, keeping
from .desk import Desk
from .keeping import Kept, Query

KEPT = timedelta(hours=6)
# Visits of yesterday are still being marked; what is two days over stands.
SETTLED = timedelta(days=2)
MICROSECOND = timedelta(microseconds=1)
NOBODY = UUID(int=0)

EventRow = tuple[str, int, int, str | None, str | None, str | None, int, int | None, int | None, bool, bool]
AtomRow = tuple[int, int, int, tuple[int, ...]]
CaseRow = tuple[int, int, int, int, int | None]
Month = tuple[list[EventRow], list[AtomRow], list[CaseRow]]
FORM: TypeAdapter[Month] = TypeAdapter(Month)


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """One clinician's stretches and visits of a part of a period, and when they were read."""

    atoms: tuple[Atom, ...]
    cases: tuple[Case, ...]
    read_at: datetime


def is_over(desk: Desk, part: Interval) -> bool:
    """Whether the part is so long over that its figures may be kept."""
    return part.end <= desk.now - SETTLED


def find(desk: Desk, people: Sequence[User], part: Interval) -> dict[UUID, PersonMonth]:
    """What is kept of these people and still stands."""
    if not is_over(desk, part):
        return {}
    queries = _queries(desk, people, part)
    kept = keeping.find_all(desk.scope, queries.values())
    changes = _Changes(desk, part)
    found = {}
    for person, query in queries.items():
        row = kept.get(query.key)
        if row and timedelta(0) <= desk.now - row.read_at <= KEPT and not changes.concern(person, row):
            found[person] = _opened(person, row)
    return found


def store(desk: Desk, people: Sequence[User], part: Interval, months: Mapping[UUID, PersonMonth]) -> None:
    """Keep what was read of these people; only what was read whole may be given here."""
    if not is_over(desk, part):
        return
    queries = _queries(desk, people, part)
    keeping.store_all(
        desk.scope,
        [(queries[person], Kept(_closed(month), month.read_at, "")) for person, month in months.items()],
    )


def forget(desk: Desk, people: Sequence[User], part: Interval) -> None:
    """Let the next reading of these people's month ask the API."""
    keeping.drop_all(desk.scope, _queries(desk, people, part).values())


def _queries(desk: Desk, people: Sequence[User], part: Interval) -> dict[UUID, Query[Month]]:
    shut = closures.for_people(desk, [user.id for user in people], part)
    times = part.start.isoformat(), part.end.isoformat(), desk.clinic_zone.key
    return {
        user.id: Query("usage", (*times, user.timezone or "", _digest(shut[user.id])), frozenset([user.id]), FORM)
        for user in people
    }


def _digest(shut: Iterable[Closure]) -> str:
    told = sorted(f"{row.when.start.isoformat()}/{row.when.end.isoformat()}" for row in shut)
    return hashlib.sha256("|".join(told).encode()).hexdigest()


class _Changes:
    """What was changed through Daybook in the hours for which months are kept."""

    def __init__(self, desk: Desk, part: Interval) -> None:
        since = desk.now - KEPT
        rows = KeptEvent.objects.filter(scope=desk.scope, changed_at__gte=since)
        self._events = list(rows.values_list("event", "changed_at", "people", "starts_at", "ends_at"))
        hours = AuditRecord.objects.filter(scope=desk.scope, action__startswith="hours.", at__gte=since)
        self._hours = list(hours.values_list("at", "people"))
        self._part = part

    def concern(self, person: UUID, row: Kept[Month]) -> bool:
        """Whether one of them may show in this row."""
        if any(at >= row.read_at and str(person) in people for at, people in self._hours):
            return True
        own = {told[0] for told in row.value[0]}
        late = (told for told in self._events if told[1] >= row.read_at)
        return any(str(told[0]) in own or self._lands(person, *told[2:]) for told in late)

    def _lands(self, person: UUID, people: Sequence[str], start: datetime | None, end: datetime | None) -> bool:
        if start is None or end is None or str(person) not in people:
            return False
        # An all-day visit takes whole local days, more than its own times say.
        return start - timedelta(days=1) < self._part.end and self._part.start < end + timedelta(days=1)


# --- The form in which a month is kept -------------------------------------------------------------------------------


def _closed(month: PersonMonth) -> Month:
    events = {event.id: event for event in _events_of(month)}
    places = {key: number for number, key in enumerate(events)}
    atoms = [
        (atom.start, atom.end, _flags(atom), tuple(places[event.id] for event in atom.visits)) for atom in month.atoms
    ]
    return (
        [_row(event) for event in events.values()],
        atoms,
        [_case(case, places[case.event.id]) for case in month.cases],
    )


def _case(case: Case, place: int) -> CaseRow:
    return place, case.at, case.start, case.end, _micro(case.cancelled_at) if case.cancelled_at else None


def _events_of(month: PersonMonth) -> Iterable[Event]:
    for atom in month.atoms:
        yield from atom.visits
    for case in month.cases:
        yield case.event


def _flags(atom: Atom) -> int:
    return atom.worked | atom.closed << 1 | atom.leave << 2 | atom.claimed << 3


def _row(event: Event) -> EventRow:
    start, end = _micro(event.when.start), _micro(event.when.end)
    made = _micro(event.created_at) if event.created_at else None
    changed = _micro(event.updated_at) if event.updated_at else None
    kind, patients = (event.type, event.status, event.mode), len(event.patients)
    return str(event.id), start, end, *kind, patients, made, changed, event.all_day, event.whole


def _opened(person: UUID, kept: Kept[Month]) -> PersonMonth:
    rows, atoms, cases = kept.value
    events = [_event(row) for row in rows]
    return PersonMonth(
        tuple(
            Atom(
                person,
                start,
                end,
                bool(flags & 1),
                bool(flags & 2),
                bool(flags & 4),
                bool(flags & 8),
                tuple(events[number] for number in visits),
            )
            for start, end, flags, visits in atoms
        ),
        tuple(_counted(person, events, row) for row in cases),
        kept.read_at,
    )


def _counted(person: UUID, events: Sequence[Event], row: CaseRow) -> Case:
    number, at, start, end, cancelled = row
    return Case(person, events[number], at, start, end, None if cancelled is None else _instant(cancelled))


def _event(row: EventRow) -> Event:
    key, start, end, kind, status, mode, patients, made, changed, all_day, whole = row
    return Event(
        UUID(key),
        Interval(_instant(start), _instant(end)),
        None,
        tuple(Participant(NOBODY, Role.PATIENT) for _each in range(patients)),
        kind,
        status,
        mode,
        all_day=all_day,
        created_at=None if made is None else _instant(made),
        updated_at=None if changed is None else _instant(changed),
        whole=whole,
    )


def _micro(when: datetime) -> int:
    return (when - EPOCH) // MICROSECOND


def _instant(at: int) -> datetime:
    return EPOCH + at * MICROSECOND
