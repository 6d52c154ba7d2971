"""Where the engine and the walk along the minutes differ, for one case: an empty list where they say the same."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from scheduling.domain import slots
from scheduling.domain.hours import expand
from scheduling.domain.request import Order
from scheduling.domain.timetable import patient_busy

from . import engine, loosening
from .clinics import Case, Person, describe, smallest
from .minutes import EPOCH, Minutes, Place

ORDERS = tuple(Order)
PARTS = ("hours", "leave", "closed", "holidays", "visits", "claimed")


@dataclass
class Found:
    """What was compared, counted, and every difference in a line."""

    differences: list[str] = field(default_factory=list)
    compared: Counter = field(default_factory=Counter)


def compare(case: Case, walk: Minutes | None = None) -> Found:
    """Everything the engine says of a case against the brute force."""
    walk, found = walk or Minutes(case), Found()
    clinic = engine.clinic(case)
    for part in (_days, _parts, _starts, _orders, _conflicts):
        found.differences += part(case, walk, clinic, found.compared)
    found.differences += loosening.compare(case, walk, found.compared)
    found.compared["clinics"] += 1
    return found


def explain(case: Case) -> str:
    """The smallest clinic with such a difference, and what differs there. For the message of a failure."""
    small = smallest(case, lambda candidate: bool(differences(candidate)))
    return "\n".join(["", describe(small), *(f"  DIFFERS {line}" for line in differences(small)[:12])])


def differences(case: Case) -> list[str]:
    """As `compare`; an error of the engine is a difference too."""
    try:
        return compare(case).differences
    except Exception as error:  # noqa: BLE001  whatever it is, it is what the engine said
        return [f"{type(error).__name__}: {error}"]


# Hours


def _days(case: Case, walk: Minutes, clinic: slots.Clinic, compared: Counter) -> Iterator[str]:
    for person in case.people:
        first, last = min(walk.marks[person.id].decided), max(walk.marks[person.id].decided)
        own = [record for record in case.records if record.clinician_id == person.id]
        hours = expand(own, as_date(first), as_date(last), person.zone, encounter=case.encounter)
        spans = [(engine_seconds(each.start), engine_seconds(each.end)) for each in hours.intervals]
        yield from _same(walk, f"hours of {person.id.int}", spans, walk.marks[person.id].hours)
        yield from _same_days(walk, person, hours.days, compared)


def _same_days(walk: Minutes, person: Person, found: Sequence, compared: Counter) -> Iterator[str]:
    latest, hours = walk.clock(person.zone).latest, walk.marks[person.id].hours
    known = {days_of.day: days_of for days_of in found}
    own: dict[int, bytearray] = defaultdict(lambda: bytearray(walk.count))
    for cell in walk.known:
        if hours[cell]:
            own[latest[cell] // 86_400][cell] = 1
    for day, record in walk.marks[person.id].decided.items():
        compared["days"] += 1
        here = known.get(as_date(day))
        if here is None or here.decided_by != record:
            said = here and here.decided_by and here.decided_by.id.int
            yield f"{as_date(day)} of {person.id.int}: decided by {said}, not {record and record.id.int}"
            continue
        spans = [(engine_seconds(each.start), engine_seconds(each.end)) for each in here.intervals]
        yield from _same(walk, f"{as_date(day)} of {person.id.int}", spans, own[day])


def as_date(day: int) -> date:
    return EPOCH.date() + timedelta(days=day)


def engine_seconds(instant) -> float:
    return (instant - EPOCH).total_seconds()


# Timetables


def _parts(case: Case, walk: Minutes, clinic: slots.Clinic, compared: Counter) -> Iterator[str]:
    before, after = case.ask.before * 60, case.ask.after * 60
    for table in clinic.tables:
        person = table.clinician_id
        for name in PARTS:
            yield from _same(walk, f"{name} of {person.int}", getattr(table, name), getattr(walk.marks[person], name))
        yield from _same(walk, f"free of {person.int}", table.free(), walk.free(person))
        if before or after:
            widened = walk.free(person, before, after)
            yield from _same(walk, f"free with buffers of {person.int}", table.free(before, after), widened)
        compared["timetables"] += 1
    spans = patient_busy(case.patients, case.events, case.zone, moving=case.moving)
    yield from _same(walk, "visits of the patients", spans, walk.patients_busy)


def _same(walk: Minutes, name: str, spans: Sequence, marks: bytearray) -> Iterator[str]:
    """A difference where the spans are not the marked cells within what is known, or no proper spans."""
    for start, end in spans:
        if not start < end:
            yield f"{name}: the span {start}-{end} is none"
    for (_, end), (start, _) in pairwise(spans):
        if start <= end:
            yield f"{name}: spans touch, overlap or are out of order at {clock(start)}"
    here = bytearray(walk.count)
    for start, end in spans:
        first, last = (start - walk.base) / walk.grain, (end - walk.base) / walk.grain
        first, last = max(first, walk.known.start), min(last, walk.known.stop)
        if first != int(first) or last != int(last):
            yield f"{name}: {clock(start)}-{clock(end)} cuts a whole minute"
        for cell in range(int(first), int(last)):
            here[cell] = 1
    known = slice(walk.known.start, walk.known.stop)
    if here[known] != marks[known]:
        cell = next(cell for cell in walk.known if here[cell] != marks[cell])
        yield f"{name}: at {clock(walk.instant(cell))} the engine says {here[cell]}, the walk {marks[cell]}"


def clock(instant: float) -> str:
    return f"{EPOCH + timedelta(seconds=instant):%Y-%m-%d %H:%M:%S}Z"


# Starts and slots


def _starts(case: Case, walk: Minutes, clinic: slots.Clinic, compared: Counter) -> Iterator[str]:
    found = [list(each) for each in slots.starts(clinic, engine.request(case))]
    compared["starts"] += sum(map(len, walk.starts))
    if len(found) != len(walk.starts):
        yield f"starts: {len(found)} lists, not {len(walk.starts)}"
        return
    for number, (here, there) in enumerate(zip(found, walk.starts, strict=True)):
        if here != there:
            yield f"starts, list {number}: {_first_difference(here, there)}"


def _first_difference(here: list, there: list, say=str) -> str:
    only_here, only_there = Counter(here) - Counter(there), Counter(there) - Counter(here)
    if not only_here and not only_there:
        index = next(n for n, (one, other) in enumerate(zip(here, there, strict=True)) if one != other)
        return f"at {index} the engine has {say(here[index])}, the walk {say(there[index])}"
    ours = [say(each) for each in here if each in only_here]
    theirs = [say(each) for each in there if each in only_there]
    return f"only the engine: {ours[:3]} of {len(ours)}; only the walk: {theirs[:3]} of {len(theirs)}"


def _orders(case: Case, walk: Minutes, clinic: slots.Clinic, compared: Counter) -> Iterator[str]:
    compared["sessions"] += len(walk.sessions)
    for order in ORDERS:
        wanted = engine.request(case, order)
        found = engine.everything(clinic, wanted)
        here = [as_place(slot) for slot in found]
        compared["slots"] += len(here)
        if Counter(here) != Counter(walk.places_in(order)):
            yield f"{order}: {_first_difference(here, walk.places_in(order), say)}"
            continue
        keys = [walk.key(place, order) for place in here]
        if keys != sorted(keys):
            index = next(n for n in range(1, len(keys)) if keys[n] < keys[n - 1])
            yield f"{order}: {say(here[index - 1])} {keys[index - 1]} stands before {say(here[index])} {keys[index]}"
        yield from _paged(clinic, wanted, found, compared)
        yield from _reasons(walk, order, found)


def _paged(clinic: slots.Clinic, wanted, found: list[slots.Slot], compared: Counter) -> Iterator[str]:
    """By pages every slot comes once, in the same order and with the same reasons; the first n are the first n."""
    size = (len(found) + wanted.length.seconds // 60) % 7 + 1
    paged = engine.everything(clinic, wanted, max(size, len(found) // 12))
    compared["pages"] += 1
    if paged != found:
        yield f"{wanted.order}: by pages of {size} it is {len(paged)} slots that are not the {len(found)} in one"
    page = slots.find(clinic, wanted, limit=size)
    if list(page.slots) != found[:size] or (page.next is None) != (len(found) <= size):
        yield f"{wanted.order}: the first {size} are not the first of all"


def as_place(slot: slots.Slot) -> Place:
    start, end = engine_seconds(slot.when.start), engine_seconds(slot.when.end)
    return Place(int(start), int(end), slot.clinician_ids, slot.joins)


def say(place: Place) -> str:
    joins = f" joins {place.joins.int}" if place.joins else ""
    return f"{clock(place.start)} for {(place.end - place.start) / 60:g} min with {ids(place.clinicians)}{joins}"


def ids(people: Sequence[UUID]) -> str:
    return "+".join(str(person.int) for person in people)


# Reasons


def _reasons(walk: Minutes, order: Order, found: list[slots.Slot]) -> Iterator[str]:
    """Each slot says why it stands where it stands, in true figures."""
    first: dict[tuple[UUID, ...], int] = {}
    for place in walk.places_in(order):
        first[place.clinicians] = min(place.start, first.get(place.clinicians, place.start))
    for slot in found:
        said = [(reason.kind.value, reason.value) for reason in slot.reasons]
        meant = list(_meant(walk, order, as_place(slot), first))
        if slot.joins:  # of several sessions that begin together one is the first
            said, meant = ([each for each in told if each[0] != "FIRST_WITH"] for told in (said, meant))
        if Counter(said) != Counter(meant):
            yield f"{order}: {say(as_place(slot))} says {said}, meant is {meant}"


def _meant(walk: Minutes, order: Order, place: Place, first: dict) -> Iterator[tuple[str, object]]:
    people = [walk.person(person) for person in place.clinicians]
    seen = [person.last_seen for person in people if person.last_seen]
    team = any(person.care_team for person in people)
    leads = place.start == first[place.clinicians]
    if leads:
        yield "SOONEST" if place.start == min(first.values()) else "FIRST_WITH", None
    if seen:
        yield "LAST_SEEN", max(seen)
    if team:
        yield "CARE_TEAM", None
    if order is Order.EVEN_LOAD:
        yield "LOAD", walk.thousandths(place) / 1000
    if place.joins:
        yield "JOINS", walk.places_left[place.joins]
    if not (leads or seen or team or place.joins or order is Order.EVEN_LOAD):  # nothing else speaks for it
        yield "WAIT", timedelta(seconds=place.start - engine_seconds(walk.case.ask.window.start))


# Conflicts


def _conflicts(case: Case, walk: Minutes, clinic: slots.Clinic, compared: Counter) -> Iterator[str]:
    """Placements anywhere in what is known, each with all of the clinicians and patients, and one of leave."""
    times = engine.times(case)
    length, before, after = (60 // case.grain * each for each in (case.ask.length, case.ask.before, case.ask.after))
    room = len(walk.known) - before - length - after
    for number in range(5 if room > 0 else 0):
        start = walk.known.start + before + (number * 7919 + (case.seed or 0) * 104_729) % room
        visit, leave = range(start, start + length), number == 4
        here: dict[tuple, set[int]] = defaultdict(set)
        for each in engine.conflicts(case, times, *(walk.moment(cell) for cell in (visit.start, visit.stop)), leave):
            key = each.kind.value, each.person_id, each.event and each.event.id
            here[key].update(walk.cells(each.when.start, each.when.end))
        there = walk.conflicts(visit, leave)
        compared["placements"] += 1
        compared["conflicts"] += len(there)
        for key in sorted({*here, *there}, key=str):
            if here.get(key, set()) != there.get(key, set()):
                kind, person, event = key
                cells = [sorted(each.get(key, ())) for each in (here, there)]
                said = [f"{clock(walk.instant(each[0]))} to {len(each)} cells" if each else "nothing" for each in cells]
                name = f"conflicts, {kind}: of {person.int} by {event and event.int}"
                yield f"{name}: the engine says {said[0]}, the walk {said[1]}"
