"""The everyday visits of each clinician: mostly inside the hours, mostly patients of their own, free time left over."""

from collections.abc import Sequence
from datetime import date, timedelta

from scheduling.sandbox.clinic.book import SCHEDULED, Book, Draft
from scheduling.sandbox.clinic.diary import Span
from scheduling.sandbox.clinic.people import Member
from scheduling.sandbox.clinic.recipe import stamp
from scheduling.sandbox.clinic.shifts import instant
from scheduling.sandbox.clinic.stream import Stream
from scheduling.sandbox.clinic.words import VISITS, Kind

FULL_WEEK = 2250
"""Minutes of a full working week (37.5 hours); shorter weeks get their share of visits."""
FULLEST = 0.8
"""No day is booked beyond this share of its hours."""
DOUBLE, OUTSIDE = 0.014, 0.014
"""Shares of visits placed on top of another one and outside the hours."""


def add_visits(book: Book) -> None:
    """Fill every week of every clinician up to its usual number of visits."""
    for member in book.members:
        for monday in book.recipe.mondays:
            _fill(book, member, monday)


def usual_visits(weeks_ahead: int) -> int:
    """Visits in a full week: steady in the past, most in this week, fewer the further ahead."""
    if weeks_ahead < 0:
        return 28
    return max(18, (33, 30, 28, 27)[weeks_ahead] if weeks_ahead < 4 else 30 - weeks_ahead)


def _fill(book: Book, member: Member, monday: date) -> None:
    days = [monday + timedelta(days=number) for number in range(7)]
    lengths = {day: sum(end - start for start, end in book.windows(member, day)) for day in days}
    share = min(1.0, sum(lengths.values()) / FULL_WEEK)
    wanted = round(usual_visits((monday - book.recipe.monday).days // 7) * share)
    weights = [(day, length * (1.35 if day == book.recipe.today else 1.0)) for day, length in lengths.items()]
    for number in range(wanted):
        key = (book.recipe.seed, "visit", member.index, str(monday), number)
        stream = Stream(*key)
        day = _emptier(book, member, weights, stream)
        _add(book, key, stream, member, day, lengths[day])


def _emptier(book: Book, member: Member, weights: Sequence[tuple[date, float]], stream: Stream) -> date:
    """Of two days drawn by their hours the one with more room, so that no day stays nearly empty by chance."""
    size = dict(weights)
    drawn = stream.weighted(weights), stream.weighted(weights)
    return min(drawn, key=lambda day: _booked(book, member, day) / (size[day] or 1))


def _add(book: Book, key: tuple[object, ...], stream: Stream, member: Member, day: date, offered: int) -> None:
    kind = stream.weighted([(kind, kind.weight) for kind in VISITS[member.team]])
    length = stream.pick(kind.lengths)
    if _booked(book, member, day) + length > FULLEST * offered:
        return
    span = _place(book, stream, member, day, length, _whim(book, stream, key, member))
    if span is not None:
        patient = _patient(book, stream, member, span)
        if patient is not None:
            book.add(Draft(key, kind, span, member, (patient,), status=book.outcome(stream, span)))


def _whim(book: Book, stream: Stream, key: tuple[object, ...], member: Member) -> str:
    """How a visit is placed: "plain", "double" or "outside"; the demo clinician's next weeks have one of each."""
    monday, number = key[3], key[4]
    near = str(monday) in (str(book.recipe.monday), str(book.recipe.monday + timedelta(weeks=1)))
    if member.index == 0 and near and number in (12, 13):
        return "double" if number == 12 else "outside"
    return stream.weighted([("double", DOUBLE), ("outside", OUTSIDE), ("plain", 1 - DOUBLE - OUTSIDE)])


def _place(book: Book, stream: Stream, member: Member, day: date, length: int, whim: str) -> Span | None:
    windows = book.windows(member, day)
    if whim == "outside":
        minute = max(0, windows[0][0] - length) if stream.chance(0.4) else windows[-1][1] - 15 * stream.below(2)
        span = book.span(member, day, minute, length)
        return span if minute + length <= 1440 and book.diary.free(member.id, span) else None
    if whim == "double":
        taken = [span for span in _taken(book, member, day) if span.minutes < 120]
        if taken:
            start = stream.pick(taken).start + timedelta(minutes=15 * stream.below(2))
            return Span(start, start + timedelta(minutes=length))
    for _ in range(14):
        span = _candidate(book, stream, member, day, length)
        if book.open_to(member, span):
            return span
    return None


def _candidate(book: Book, stream: Stream, member: Member, day: date, length: int) -> Span:
    """A try: right after another visit as often as anywhere, so that free time comes in useful pieces."""
    taken = _taken(book, member, day)
    if taken and stream.chance(0.5):
        start = stream.pick(taken).end
        return Span(start, start + timedelta(minutes=length))
    first, last = stream.weighted([(window, window[1] - window[0]) for window in book.windows(member, day)])
    return book.span(member, day, first + 15 * stream.below(max(1, (last - first - length) // 15 + 1)), length)


def _taken(book: Book, member: Member, day: date) -> Sequence[Span]:
    """What the member has on a local day; a day in these zones touches two UTC dates."""
    spans = {span for number in (0, 1) for span in book.diary.of(member.id, day + timedelta(days=number))}
    first, last = instant(day, 0, member.zone), instant(day, 1440, member.zone)
    return sorted((span for span in spans if first <= span.start < last), key=lambda span: (span.start, span.end))


def _booked(book: Book, member: Member, day: date) -> int:
    return sum(span.minutes for span in _taken(book, member, day))


def _patient(book: Book, stream: Stream, member: Member, span: Span) -> str | None:
    """Nine times of ten somebody of the member's own panel, without another visit that day if there is one."""
    own = stream.chance(0.9) and book.panels[member.id]
    choices = stream.shuffled(own or list(book.carers))
    if stream.chance(0.004):
        return choices[0]
    day = span.start.date()
    unseen = (patient for patient in choices if book.diary.idle(patient, day) and book.diary.free(patient, span))
    free = (patient for patient in choices if book.diary.free(patient, span))
    return next(unseen, None) or next(free, None)


def add_oddities(book: Book) -> None:
    """Two rows as real data has them: a status in mixed case, and a row with neither title, type, status nor mode."""
    start = stamp(book.recipe.settled + timedelta(days=1))
    coming = [row for row in book.rows if row["startDateTime"] > start and row["eventStatus"] == SCHEDULED]
    visits = sorted((row for row in coming if row["eventType"] == "APPOINTMENT"), key=lambda row: row["startDateTime"])
    if visits:
        visits[0]["eventStatus"] = "Scheduled"
    host = book.members[-1]
    for day in (book.recipe.today + timedelta(days=number) for number in range(1, 14)):
        span = (
            _place(book, Stream(book.recipe.seed, "bare"), host, day, 60, "plain") if book.windows(host, day) else None
        )
        if span is not None:
            row = book.add(Draft((book.recipe.seed, "bare", str(day)), Kind("", (), ("",)), span, host))
            row |= dict.fromkeys(BARE)
            return


BARE = (
    "eventTitle",
    "eventDescription",
    "eventType",
    "eventStatus",
    "eventMode",
    "eventColor",
    "timezone",
    "additionalInfo",
)
"""What stays null when an event is made through the API with the required fields alone (welkin-api 7.3)."""
