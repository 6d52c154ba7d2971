"""What each figure of the report is made of: stretches of time or visits, one by one, without the name of any patient.

A figure that is a quotient is made of the figures above and below its line (stats.py); these are made of what is here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.domain.event import Event, EventStatus
from scheduling.domain.spans import seconds
from scheduling.domain.usage.atoms import Atom, Case, moment
from scheduling.domain.usage.groups import Group, day_of
from scheduling.domain.usage.rates import FEWEST, known_to_have_come, lead_time, leads_of, no_show, unsold
from scheduling.domain.usage.tally import Measure, made_of
from scheduling.domain.week import Week
from scheduling.web import words as all_words
from scheduling.web.board.words import clock, date_words

from . import words
from .source import AHEAD, LATE, LEAD, NO_SHOWS, STATUS, VISITS, Source

DAY = timedelta(days=1)
Times = Iterable[tuple[Atom, int]]


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch or visit. `counted` is what it gives to the figure: a length, a count, days."""

    person: str
    week_url: str
    date: str
    start: str
    end: str
    what: str
    counted: str


@dataclass(frozen=True, slots=True)
class Made:
    """A figure: its name, what it means, its text and plain value, the parts, and how one of them is told.

    `is_sum`: the parts add up to it. `unit` is said behind the text.
    """

    title: str
    meant: str
    total: str
    value: str
    parts: Sequence[Any]
    line: Callable[[Any], Line]
    unit: str = ""
    is_sum: bool = True


def figure_of(source: Source, figure: str, group: Group) -> Made:
    """The figure of this name. Raises Http404 for one that there is not."""
    measure = next((each for each in Measure if each.value == figure), None)
    if measure is not None and measure in words.MEANT:
        times = made_of(group.atoms, measure)
        return _time(source, str(words.MEASURES[measure]), str(words.MEANT[measure]), times)
    known = {VISITS: _visits, LATE: _late, NO_SHOWS: _no_shows, LEAD: _lead, AHEAD: _ahead}
    if figure in known:
        return known[figure](source, group)
    return _by_status(source, group, figure)


def _time(source: Source, title: str, meant: str, times: Times) -> Made:
    rows = sorted(times, key=lambda row: (row[0].start, str(row[0].person)))
    found = sum(length for _atom, length in rows)
    parts = sorted(joined(rows), key=lambda row: (row[0].start, str(row[0].person)))
    return Made(title, meant, words.exact(found), str(round(found / 60)), parts, partial(_stretch, source), "h")


def _ahead(source: Source, group: Group) -> Made:
    meant = _("Free time from now on: offered, without leave, visits and changes whose outcome is not known yet.")
    return _time(source, _("Unsold ahead"), meant, unsold(group.atoms, seconds(source.desk.now)))


def joined(rows: Times) -> Iterator[tuple[Atom, int]]:
    """Stretches of one person that follow each other with the same visits, as one; their seconds are added up."""
    last: dict[UUID, tuple[Atom, int]] = {}
    for atom, length in rows:
        before = last.get(atom.person)
        if before and before[0].end == atom.start and before[0].visits == atom.visits:
            last[atom.person] = replace(before[0], end=atom.end), before[1] + length
            continue
        if before:
            yield before
        last[atom.person] = atom, length
    yield from last.values()


def _visits(source: Source, group: Group) -> Made:
    meant = _("Visits that meet the time and are not cancelled, each once for each of its clinicians.")
    return _count(source, _("Visits"), meant, [case for case in group.cases if case.event.live])


def _late(source: Source, group: Group) -> Made:
    meant = _(
        "Cancelled less than 24 hours before they would have begun. Of those that were not cancelled here, the "
        "calendar service tells only when they last changed: that is taken instead."
    )
    return _count(source, _("Cancelled late"), meant, [case for case in group.cases if case.cancelled_late])


def _by_status(source: Source, group: Group, figure: str) -> Made:
    known = {f"{STATUS}{status.lower()}" for status in (*EventStatus, *(case.status for case in source.usage.cases))}
    if figure not in known:
        raise Http404
    cases = [case for case in group.cases if figure == f"{STATUS}{case.status.lower()}"]
    return _count(
        source, _("Visits by status"), _("Visits with this status, each once for each of its clinicians."), cases
    )


def _count(source: Source, title: str, meant: str, cases: Iterable[Case]) -> Made:
    parts = _in_order(cases)
    return Made(title, meant, str(len(parts)), str(len(parts)), parts, lambda case: _visit(source, case, "1"))


def _no_shows(source: Source, group: Group) -> Made:
    rate, cases = no_show(group.cases), _in_order(known_to_have_come(group.cases))
    told = {"hits": rate.hits, "n": rate.n}
    meant = _("The missed visits of those that were missed or completed, each once: %(hits)d of %(n)d.") % told

    def line(case: Case) -> Line:
        return _visit(source, case, str(int(case.event.known_status is EventStatus.MISSED)))

    if rate.value is None:
        return Made(_("No-shows"), _few(rate.n), _("not told"), "", cases, line, is_sum=False)
    return Made(_("No-shows"), meant, f"{rate.value * 100:.1f} %", f"{rate.value * 100:.1f}", cases, line, is_sum=False)


def _lead(source: Source, group: Group) -> Made:
    lead, parts = lead_time(group.cases), sorted(leads_of(group.cases), key=lambda row: (row[0].at, str(row[0].person)))
    meant = _("The median of the days from making a visit until it begins, each visit once; the list tells the days.")

    def line(row: tuple[Case, timedelta]) -> Line:
        return _visit(source, row[0], f"{row[1] / DAY:.1f}")

    if lead.median is None:
        return Made(_("Lead time"), _few(lead.n), _("not told"), "", parts, line, is_sum=False)
    days = f"{lead.median / DAY:.1f}"
    return Made(_("Lead time"), meant, _("%(days)s days") % {"days": days}, days, parts, line, is_sum=False)


def _few(n: int) -> str:
    return _("%(n)d visits are too few for a rate (at least %(least)d)") % {"n": n, "least": FEWEST}


def _in_order(cases: Iterable[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: (case.at, str(case.person)))


def _stretch(source: Source, row: tuple[Atom, int]) -> Line:
    atom, length = row
    what = ", ".join(map(_said, atom.visits)) or (_("leave") if atom.leave else _("no visit"))
    return _line(source, atom.person, atom.start, atom.end, what, words.exact(length))


def _visit(source: Source, case: Case, counted: str) -> Line:
    return _line(source, case.person, case.start, case.end, _said(case.event), counted)


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
