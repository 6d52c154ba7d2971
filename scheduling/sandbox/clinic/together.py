"""Visits of more than two people: weekly groups, and visits to which a second clinician is invited."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.sandbox.clinic.book import COMPLETED, MISSED, SCHEDULED, Book, Draft
from scheduling.sandbox.clinic.diary import Span
from scheduling.sandbox.clinic.people import Member
from scheduling.sandbox.clinic.stream import Stream
from scheduling.sandbox.clinic.words import BEHAVIOURAL, GROUPS, JOINT, Kind

SMALLEST_GROUP = 3
ANSWERS_BEFORE = (("Yes", 80), ("No", 7), ("Maybe", 6), ("", 7))
ANSWERS_TO_COME = (("", 45), ("Yes", 33), ("Maybe", 13), ("No", 9))


def add_groups(book: Book) -> None:
    """A weekly group for every behavioural health clinician and for the first of each other team."""
    seen: set[str] = set()
    for member in book.members:
        if member.team == BEHAVIOURAL or member.team not in seen:
            _add_group(book, member)
        seen.add(member.team)


@dataclass(frozen=True, slots=True)
class Group:
    """A weekly group: its host, an optional second clinician, the wished weekday and quarter hour, and its patients."""

    host: Member
    second: Member | None
    kind: Kind
    weekday: int
    quarter: int
    roster: Sequence[str]
    capacity: int


def _add_group(book: Book, host: Member) -> None:
    stream = Stream(book.recipe.seed, "group", host.index)
    kinds = GROUPS[host.team]
    others = [member for member in book.members if member.team == host.team and member is not host]
    capacity = 6 + 2 * stream.below(3)
    group = Group(
        host=host,
        second=stream.pick(others) if others and stream.chance(0.4) else None,
        kind=kinds[host.index % len(kinds)],
        weekday=stream.below(7),
        quarter=stream.below(12),
        roster=stream.shuffled(book.panels[host.id])[: capacity - stream.weighted([(0, 3), (1, 3), (2, 3), (4, 1)])],
        capacity=capacity,
    )
    for monday in book.recipe.mondays:
        _add_session(book, group, monday)


def _add_session(book: Book, group: Group, monday: date) -> None:
    key = (book.recipe.seed, "session", group.host.index, str(monday))
    stream = Stream(*key)
    span = _weekly_place(book, group, monday)
    if span is None:
        return
    there = tuple(patient for patient in group.roster if book.diary.free(patient, span))
    if len(there) < SMALLEST_GROUP:
        return
    invited: tuple[tuple[str, str], ...] = ()
    if group.second is not None and book.open_to(group.second, span):
        invited = ((group.second.id, _answer(book, stream, span)),)
    outcome = book.outcome(stream, span)
    # One patient more or less does not make a whole group missed; who was there stands on the participants.
    status = COMPLETED if outcome == MISSED else outcome
    book.add(Draft(key, group.kind, span, group.host, there, invited, status, capacity=group.capacity))


def _weekly_place(book: Book, group: Group, monday: date) -> Span | None:
    """The wished weekday and quarter hour of a shift, or the next worked day that has room."""
    length = group.kind.lengths[0]
    for number in range(7):
        day = monday + timedelta(days=(group.weekday + number) % 7)
        for start, end in book.windows(group.host, day):
            room = (end - start - length) // 15
            span = book.span(group.host, day, start + 15 * min(group.quarter, max(room, 0)), length)
            if room >= 0 and book.open_to(group.host, span):
                return span
    return None


def add_invitations(book: Book) -> None:
    """Visits with a second clinician of the patient's care team, some of them without an answer yet."""
    _invite_demo_clinician(book)
    by_id = {member.id: member for member in book.members}
    for host in book.members:
        for monday in book.recipe.mondays:
            key = (book.recipe.seed, "joint", host.index, str(monday))
            stream = Stream(*key)
            shared = [
                (patient, by_id[carer])
                for patient in book.panels[host.id]
                for carer in book.carers[patient]
                if carer != host.id
            ]
            if shared and stream.chance(0.55):
                patient, second = stream.pick(shared)
                days = stream.shuffled([monday + timedelta(days=number) for number in range(7)])
                _add_joint(book, Joint(key, host, second, patient), days)


def _invite_demo_clinician(book: Book) -> None:
    """Three open invitations to the first clinician from the next working days on."""
    second = book.members[0]
    after = [book.recipe.today + timedelta(days=number) for number in range(1, 22)]
    days = [day for day in after if book.windows(second, day)]
    for place, host in enumerate(book.members[1:4]):
        key = (book.recipe.seed, "open invitation", host.index, str(book.recipe.today))
        patient = Stream(*key).pick(book.panels[host.id] or list(book.carers))
        joint = Joint(key, host, second, patient, answer="")
        _add_joint(book, joint, days[2 * place :])


@dataclass(frozen=True, slots=True)
class Joint:
    """A visit of two clinicians with a patient; without a given answer the second one's is drawn."""

    key: tuple[object, ...]
    host: Member
    second: Member
    patient: str
    answer: str | None = None


def _add_joint(book: Book, joint: Joint, days: Sequence[date]) -> None:
    """Put it on the first of these days that has room for all three, if any."""
    stream = Stream(*joint.key, "place")
    kind = stream.pick(JOINT)
    length = stream.pick(kind.lengths)
    for span in _spans(book, stream, joint.host, days, length):
        both_open = book.open_to(joint.host, span) and book.open_to(joint.second, span)
        if both_open and book.diary.free(joint.patient, span):
            drawn = joint.answer is None
            status = book.outcome(stream, span) if drawn else SCHEDULED
            answer = _answer(book, stream, span) if joint.answer is None else joint.answer
            book.add(Draft(joint.key, kind, span, joint.host, (joint.patient,), ((joint.second.id, answer),), status))
            return


def _spans(book: Book, stream: Stream, host: Member, days: Sequence[date], length: int) -> Iterator[Span]:
    """The places of a visit in the host's hours, day by day, in any order within a day."""
    for day in days:
        minutes = [minute for start, end in book.windows(host, day) for minute in range(start, end - length + 1, 30)]
        for minute in stream.shuffled(minutes):
            yield book.span(host, day, minute, length)


def _answer(book: Book, stream: Stream, span: Span) -> str:
    return stream.weighted(ANSWERS_TO_COME if span.end > book.recipe.settled else ANSWERS_BEFORE)
