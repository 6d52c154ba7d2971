"""Leave: granted, asked for and refused, whole days and half days (a LEAVE event with the manager invited)."""

from collections.abc import Iterator
from datetime import date, timedelta

from scheduling.sandbox.clinic.book import CANCELLED, SCHEDULED, Book, Draft
from scheduling.sandbox.clinic.diary import Span
from scheduling.sandbox.clinic.people import Member
from scheduling.sandbox.clinic.shifts import instant
from scheduling.sandbox.clinic.stream import Stream
from scheduling.sandbox.clinic.words import LEAVE, LEAVE_TITLES, Kind

GRANTED, PENDING, REFUSED, UNASKED = "Yes", "", "No", None


def add_leave(book: Book) -> None:
    """About one leave in eight weeks for everybody, and two requests the managers find waiting."""
    for member in book.members:
        for monday in book.recipe.mondays:
            _chance_leave(book, member, monday)
    for member, weeks in ((book.members[0], 2), (book.members[len(book.members) // 2], 1)):
        friday = book.recipe.monday + timedelta(weeks=weeks, days=4)
        key = (book.recipe.seed, "asked leave", member.index, str(friday))
        _add(book, key, member, friday, 1, PENDING)


def _chance_leave(book: Book, member: Member, monday: date) -> None:
    key = (book.recipe.seed, "leave", member.index, str(monday))
    stream = Stream(*key)
    workdays = [day for day in _days(monday) if book.windows(member, day) and day != book.recipe.today]
    if not workdays or not stream.chance(0.13):
        return
    day = stream.pick(workdays)
    if day < book.recipe.today:
        answer = stream.weighted([(GRANTED, 80), (UNASKED, 12), (REFUSED, 8)])
    else:
        answer = stream.weighted([(GRANTED, 50), (PENDING, 32), (UNASKED, 12), (REFUSED, 6)])
    _add(book, key, member, day, stream.weighted([(0, 35), (1, 45), (2, 20)]), answer)


def _add(book: Book, key: tuple[object, ...], member: Member, day: date, days: int, answer: str | None) -> None:
    """One leave: so many whole local days, or the later half of the working day for none."""
    if days:
        span = Span(instant(day, 0, member.zone), instant(day + timedelta(days=days), 0, member.zone))
    else:
        hours = book.windows(member, day)
        middle = (hours[0][0] + hours[-1][1]) // 60 * 30
        span = Span(instant(day, middle, member.zone), instant(day, hours[-1][1], member.zone))
    stream = Stream(*key, "kind")
    draft = Draft(
        key=key,
        kind=Kind(stream.pick(LEAVE_TITLES), (), (), LEAVE),
        span=span,
        host=member,
        invited=() if answer is UNASKED else ((member.manager, answer),),
        status=CANCELLED if answer == REFUSED and stream.chance(0.5) else SCHEDULED,
        all_day=bool(days),
    )
    if draft.takes_time:
        book.away.update((member.id, day + timedelta(days=number)) for number in range(days))
    book.add(draft)


def _days(monday: date) -> Iterator[date]:
    return (monday + timedelta(days=number) for number in range(7))
