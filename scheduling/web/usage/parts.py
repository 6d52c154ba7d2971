"""What one figure is made of: its stretches of time, or its visits, without the name of any patient."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from scheduling.domain.event import Event
from scheduling.domain.usage import groups
from scheduling.domain.usage.atoms import Atom, Case, moment
from scheduling.domain.usage.groups import Group, day_of
from scheduling.domain.usage.tally import Measure, made_of
from scheduling.domain.week import Week
from scheduling.web import words as all_words
from scheduling.web.board.words import clock, date_words

from . import words
from .source import Source, groups_of, name_of

# More on one page is nobody's reading; the sum is always that of all.
MOST = 400
LATE, VISITS, STATUS = "cancelled-late", "visits", "status-"


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch or visit. `counted` is what it gives to the figure: a length, or 1."""

    person: str
    week_url: str
    date: str
    start: str
    end: str
    what: str
    counted: str


@dataclass(frozen=True, slots=True)
class Parts:
    """The page of a figure. `value` is its plain value (minutes or a count), the sum of all lines."""

    title: str
    meant: str
    whose: str
    period: str
    zone: str
    metric: str
    total: str
    value: str
    is_time: bool
    lines: tuple[Line, ...]
    more: int
    back: str
    whole: bool


def parts_of(source: Source, figure: str, key: str | None, hour: str = "") -> Parts:
    """What a figure of the report is made of; of one row, where a key is given, or of an hour of the week, "1-09".

    Raises Http404 for a figure or a row that is not there.
    """
    group, name = _hour(source, hour) if hour else _group(source, key)
    measure = next((each for each in Measure if each.value == figure), None)
    if measure is not None and measure in words.MEANT:
        rows = sorted(made_of(group.atoms, measure), key=lambda row: (row[0].start, str(row[0].person)))
        found = sum(seconds for _atom, seconds in rows)
        whole = sorted(joined(rows), key=lambda row: (row[0].start, str(row[0].person)))
        lines = [_stretch(source, atom, seconds) for atom, seconds in whole]
        page = _page(source, name, str(words.MEASURES[measure]), words.minutes(found), lines)
        return replace(page, metric=figure, meant=str(words.MEANT[measure]), value=str(round(found / 60)), is_time=True)
    cases = [case for case in group.cases if _counts(case, figure)]
    if not cases and figure not in (LATE, VISITS) and not figure.startswith(STATUS):
        raise Http404
    lines = [_visit(source, case) for case in sorted(cases, key=lambda row: (row.at, str(row.person)))]
    page = _page(source, name, _title(figure), str(len(cases)), lines)
    return replace(page, metric=figure, meant=_meant(figure), value=str(len(cases)))


def _group(source: Source, key: str | None) -> tuple[Group, str]:
    usage, by = source.usage, source.asked.by
    if key is None:
        return Group(usage.atoms, usage.cases), ""
    wanted = "" if key == "-" else key
    for each, group in groups_of(by, usage).items():
        if words.key_text(each) == wanted:
            return group, name_of(by, each, usage)
    raise Http404


def _hour(source: Source, text: str) -> tuple[Group, str]:
    for (day, hour), group in groups.by_hour(source.usage.atoms, source.usage.zone).items():
        if text == f"{day}-{hour}":
            told = {"day": WEEKDAYS[day - 1], "start": f"{hour:02}:00", "end": f"{hour + 1:02}:00"}
            return group, _("%(day)s %(start)s–%(end)s") % told
    raise Http404


def joined(rows: Iterable[tuple[Atom, int]]) -> Iterator[tuple[Atom, int]]:
    """Stretches of one person that follow each other with the same visits, as one; their seconds are added up."""
    last: dict[UUID, tuple[Atom, int]] = {}
    for atom, seconds in rows:
        before = last.get(atom.person)
        if before and before[0].end == atom.start and before[0].visits == atom.visits:
            last[atom.person] = replace(before[0], end=atom.end), before[1] + seconds
            continue
        if before:
            yield before
        last[atom.person] = atom, seconds
    yield from last.values()


def _page(source: Source, name: str, title: str, total: str, lines: Sequence[Line]) -> Parts:
    return Parts(
        title=title,
        meant="",
        whose=name or _("All of it"),
        period=words.period_words(source.asked.period),
        zone=source.usage.zone.key,
        metric="",
        total=total,
        value="",
        is_time=False,
        lines=tuple(lines[:MOST]),
        more=max(0, len(lines) - MOST),
        back=source.address(figure="", key="", hour=""),
        whole=source.usage.whole,
    )


def _counts(case: Case, figure: str) -> bool:
    if figure == VISITS:
        return case.event.live
    if figure == LATE:
        return case.cancelled_late
    return figure == f"{STATUS}{case.status.lower()}"


def _title(figure: str) -> str:
    if figure == VISITS:
        return _("Visits")
    return _("Cancelled late") if figure == LATE else _("Visits by status")


def _meant(figure: str) -> str:
    if figure == VISITS:
        return _("Visits that meet the time and are not cancelled, each once for each of its clinicians.")
    if figure == LATE:
        return _(
            "Cancelled less than 24 hours before they would have begun. Of those that were not cancelled here, the "
            "calendar service tells only when they last changed: that is taken instead."
        )
    return _("Visits with this status, each once for each of its clinicians.")


def _stretch(source: Source, atom: Atom, seconds: int) -> Line:
    what = ", ".join(map(_said, atom.visits)) or (_("leave") if atom.leave else _("no visit"))
    return _line(source, atom.person, atom.start, atom.end, what, words.minutes(seconds))


def _visit(source: Source, case: Case) -> Line:
    return _line(source, case.person, case.start, case.end, _said(case.event), "1")


def _said(event: Event) -> str:
    """Kind and status: a manager sees no names."""
    return f"{all_words.type_of(event)} · {all_words.status_of(event) or _('Scheduled')}"


def _line(source: Source, person: UUID, start: int, end: int, what: str, counted: str) -> Line:
    zone, day = source.usage.zone, day_of(start, source.usage.zone)
    name = next((user.name for user in source.usage.people if user.id == person), "")
    url = reverse("week-of", args=[person, str(Week.containing(day))])
    return Line(
        name, f"{url}#c{day}", date_words(day), clock(moment(start), zone), clock(moment(end), zone), what, counted
    )
