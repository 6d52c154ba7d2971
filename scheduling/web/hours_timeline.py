"""The timeline of somebody's hours, ready to print: lanes of bars with a table that says the same, and reasons.

Places along the lanes are percentages, so that a picture needs no width of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.domain.timeline import Stretch, Verdict, Why, runs, stacked
from scheduling.domain.week import Week, day_borders
from scheduling.domain.work_hours import HoursType, WorkHours
from scheduling.domain.zone import wall
from scheduling.services.hours_plan import all_off, end_of, is_withdrawn
from scheduling.services.hours_timeline import SPANS, Around, Away, is_known, stretch_of
from scheduling.services.work_hours import Sheet
from scheduling.web.hours_words import name_of, range_in_words, week_in_words, weekdays_covered

ROW, GAP = 24, 3
# A bar narrower than this part of the picture has no room for a word.
ROOM_FOR_WORDS = 0.06
SPAN_LABELS: dict[str, Promise] = {
    "month": gettext_lazy("4 weeks"),
    "quarter": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """What a page of hours shows: the `week` in full, and a timeline of `span` that begins with the week `first`."""

    person_id: UUID
    week: Week
    first: Week
    span: str

    @property
    def stretch(self) -> Stretch:
        return stretch_of(self.first, self.span)

    def at_week(self, week: Week | None) -> str:
        """The address of the page with another week; the timeline follows where the week would leave it."""
        if week is None:
            return ""
        inside = self.stretch.meets(week.days[0], week.days[-1])
        return self._url(week, self.first if inside else week, self.span)

    def at_span(self, span: str) -> str:
        return self._url(self.week, self.week, span)

    def moved(self, by: int, sheet: Sheet) -> str:
        """The address of the timeline so many of its lengths further on; empty where records are not known there."""
        first = Week.containing(self.stretch.first + timedelta(weeks=by * SPANS[self.span]))
        known = is_known(sheet, stretch_of(first, self.span))
        return self._url(first, first, self.span) if known else ""

    def _url(self, week: Week, first: Week, span: str) -> str:
        asked = {"week": str(week), "span": span} | ({"from": str(first)} if first != week else {})
        return f"{reverse('hours-of', args=[self.person_id])}?{urlencode(asked)}"


@dataclass(frozen=True, slots=True)
class Strip:
    """One bar of a lane: `x` and `width` are percentages, `y` pixels. `title` says all, `label` what fits."""

    x: str
    width: str
    y: int
    kind: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    key: str
    height: int
    strips: tuple[Strip, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    x: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table that says what the picture shows."""

    lane: str
    what: str
    when: str


@dataclass(frozen=True, slots=True)
class Span:
    label: str | Promise
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture, the same as a table, and where to go from here. `today_x` is empty where today is not in it."""

    label: str
    spans: tuple[Span, ...]
    previous_url: str
    next_url: str
    ticks: tuple[Tick, ...]
    today_x: str
    week_x: str
    week_width: str
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class _Item:
    """Something with days, before it has a place."""

    first: date
    last: date | None
    kind: str
    label: str
    words: str
    when: str


def timeline_of(sheet: Sheet, around: Around, place: Place) -> Timeline:
    """The timeline of the place. Records that were taken back are left out."""
    stretch = around.stretch
    records = [r for r in sheet.records if not is_withdrawn(r) and stretch.meets(r.first, r.last)]
    told = list(_lanes(sheet, around, records))
    lanes = (_lane(name, key, items, stretch) for key, name, items in [_counting(records, stretch), *told])
    return Timeline(
        label=_("%(first)s to %(last)s")
        % {"first": date_format(stretch.first, "j F Y"), "last": date_format(stretch.last, "j F Y")},
        spans=tuple(Span(SPAN_LABELS[key], place.at_span(key), key == place.span) for key in SPANS),
        previous_url=place.moved(-1, sheet),
        next_url=place.moved(1, sheet),
        ticks=tuple(_ticks(stretch)),
        today_x=_x(sheet.today, stretch) if stretch.meets(sheet.today, sheet.today) else "",
        week_x=_x(place.week.days[0], stretch),
        week_width=_percent(7 / stretch.days),
        lanes=tuple(lanes),
        rows=tuple(Row(name, item.words, item.when) for _key, name, items in told for item in items),
        sure=around.sure,
    )


def _percent(part: float) -> str:
    return f"{100 * part:.3f}%"


def _x(day: date, stretch: Stretch) -> str:
    return _percent((day - stretch.first).days / stretch.days)


def _ticks(stretch: Stretch) -> Iterator[Tick]:
    """Every Monday of a few weeks, else the first of every month."""
    weekly = stretch.days <= 7 * SPANS["month"]
    for number in range(stretch.days):
        day = stretch.first + timedelta(days=number)
        if weekly and day.isoweekday() == 1:
            yield Tick(_x(day, stretch), date_format(day, "j M"))
        elif not weekly and day.day == 1:
            yield Tick(_x(day, stretch), date_format(day, "M"))


def _lane(name: str, key: str, items: Sequence[_Item], stretch: Stretch) -> Lane:
    clipped = [stretch.clip(item.first, item.last) for item in items]
    rows = stacked(clipped)
    strips = (_strip(item, days, row, stretch) for item, days, row in zip(items, clipped, rows, strict=True))
    return Lane(name, key, (max(rows, default=0) + 1) * (ROW + GAP), tuple(strips))


def _strip(item: _Item, days: Stretch, row: int, stretch: Stretch) -> Strip:
    return Strip(
        x=_x(days.first, stretch),
        width=_percent(days.days / stretch.days),
        y=row * (ROW + GAP),
        kind=item.kind,
        label=item.label if days.days / stretch.days >= ROOM_FOR_WORDS else "",
        title=f"{item.words} ({item.when})",
    )


def _counting(records: Sequence[WorkHours], stretch: Stretch) -> tuple[str, str, list[_Item]]:
    """Which record counts on which days."""
    items = [
        _Item(piece.first, piece.last, _kind(winner), name_of(winner), name_of(winner), _days(piece.first, piece.last))
        for piece, winner in runs(records, stretch)
        if winner
    ]
    return "counts", _("What counts"), items


def _kind(record: WorkHours) -> str:
    if record.type.upper() != HoursType.WORKING_HOURS:
        return "availability"
    if not record.is_override:
        return "default"
    return "off" if all_off(record.days) else "override"


def _lanes(sheet: Sheet, around: Around, records: Sequence[WorkHours]) -> Iterator[tuple[str, str, list[_Item]]]:
    """Key, name and content of each lane; those without content are left out, but for the regular hours."""
    of_kind: dict[str, list[WorkHours]] = {"default": [], "override": [], "availability": []}
    for record in records:
        kind = _kind(record)
        of_kind["override" if kind == "off" else kind].append(record)
    yield "default", _("Regular hours"), [_of_record(record) for record in of_kind["default"]]
    others: tuple[tuple[str, str, list[_Item]], ...] = (
        ("override", _("Exceptions"), [_of_record(record) for record in of_kind["override"]]),
        ("availability", _("Availability"), [_of_record(record) for record in of_kind["availability"]]),
        ("leave", _("Leave"), [_of_leave(away, sheet) for away in around.leave]),
        ("closure", _("Closed"), [_of_closure(away, sheet) for away in around.closures]),
        ("lock", _("Locked"), [_of_lock(lock.first, lock.last, lock.reason) for lock in around.locks]),
    )
    yield from (lane for lane in others if lane[2])


def _days(first: date, last: date | None) -> str:
    return range_in_words(first, last)


def _of_record(record: WorkHours) -> _Item:
    hours = _("off") if all_off(record.days) else week_in_words(record.days, weekdays_covered(record))
    name = record.name or name_of(record)
    return _Item(
        record.first, record.last, _kind(record), name, f"{name}: {hours}", _days(record.first, end_of(record))
    )


def _when(away: Away, sheet: Sheet) -> str:
    """The days, with times where they are not whole."""
    whole = day_borders(away.first, sheet.zone)[0], day_borders(away.last, sheet.zone)[1]
    if (away.when.start, away.when.end) == whole:
        return _days(away.first, away.last)
    start, end = wall(away.when.start, sheet.zone), wall(away.when.end, sheet.zone)
    if start.date() == end.date():
        return f"{date_format(start, 'j F Y')}, {start:%H:%M}–{end:%H:%M}"
    return _("from %(start)s to %(end)s") % {
        "start": f"{date_format(start, 'j F Y')} {start:%H:%M}",
        "end": f"{date_format(end, 'j F Y')} {end:%H:%M}",
    }


def _of_leave(away: Away, sheet: Sheet) -> _Item:
    label = _("Leave asked for") if away.pending else _("Leave granted")
    return _Item(away.first, away.last, "leave-asked" if away.pending else "leave", label, label, _when(away, sheet))


def _of_closure(away: Away, sheet: Sheet) -> _Item:
    label = away.name or _("Closed")
    return _Item(away.first, away.last, "closure", label, label, _when(away, sheet))


def _of_lock(first: date, last: date, reason: str) -> _Item:
    return _Item(first, last, "lock", _("Locked"), _("Locked: %(reason)s") % {"reason": reason}, _days(first, last))


# --- Why -------------------------------------------------------------------------------------------------------------


def why_in_words(verdict: Verdict) -> str:
    """The rule by which the record of a day counts, in a sentence without a full stop."""
    winner = verdict.winner
    if winner is None:
        return _("no record covers it")
    name = winner.name or _("without a name")
    same = 1 + sum(other.is_override == winner.is_override for other in verdict.beaten)
    told: dict[Why, Callable[[], str]] = {
        Why.ONLY: lambda: _("the only record for this day"),
        Why.EXCEPTION: lambda: _("Exception “%(name)s” counts before regular hours") % {"name": name},
        Why.NEWEST: lambda: _made_last(same, winner),
        Why.NEWEST_EXCEPTION: lambda: (
            _("%(last)s, and exceptions count before regular hours") % {"last": _made_last(same, winner)}
        ),
    }
    return told[verdict.why]()


def _made_last(count: int, winner: WorkHours) -> str:
    if winner.is_override:
        return ngettext("made last of %(n)s exception", "made last of %(n)s exceptions", count) % {"n": count}
    return ngettext("made last of %(n)s regular record", "made last of %(n)s regular records", count) % {"n": count}


@dataclass(frozen=True, slots=True)
class Over:
    """A word or two about what lies over a day, with its tone."""

    text: str
    tone: str


def over_day(around: Around | None, day: date) -> tuple[Over, ...]:
    """Leave, closures and locks of one day."""
    if around is None:
        return ()
    return tuple(
        [*_leave_over(around.leave, day), *_closed_over(around.closures, day)]
        + [Over(_("Locked: %(reason)s") % {"reason": lock.reason}, "warn") for lock in around.locks if lock.covers(day)]
    )


def _leave_over(leave: Iterable[Away], day: date) -> Iterator[Over]:
    for away in leave:
        if away.first <= day <= away.last:
            yield (
                Over(_("leave asked for, blocks nothing yet"), "info")
                if away.pending
                else Over(_("leave granted"), "warn")
            )


def _closed_over(closures: Iterable[Away], day: date) -> Iterator[Over]:
    for away in closures:
        if away.first <= day <= away.last:
            yield Over(_("closed: %(name)s") % {"name": away.name} if away.name else _("closed"), "warn")
