"""Everything the page of "Find a slot" prints, gathered while a request is answered."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.person import Patient
from scheduling.domain.week import ONE_DAY
from scheduling.domain.zone import wall
from scheduling.services.desk import Desk
from scheduling.services.finding import Ask, Found
from scheduling.web import clock
from scheduling.web.board.words import zone_short
from scheduling.web.failures import Failure
from scheduling.web.forms.finding import FindForm
from scheduling.web.visits import Brief

from . import links, words
from .rows import Day, Printer
from .why import WhyView
from .why import view as why_view


@dataclass(frozen=True, slots=True)
class Answer:
    """The results. `title` says how many and from when; `summary` what was asked; `next` leads on."""

    title: str
    summary: str
    days: tuple[Day, ...]
    count: int
    sure: bool
    assumed: str
    next: str
    next_label: str
    next_day: str
    next_day_label: str
    first_page: str
    last_day: str
    why: WhyView | None
    read_at: str

    @property
    def none(self) -> bool:
        return not self.count


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page. `own` is its address without a place to go on from, for asking again."""

    form: FindForm
    own: str
    patients: tuple[Patient, ...] = ()
    moving: Brief | None = None
    moving_id: str = ""
    moving_url: str = ""
    answer: Answer | None = None
    failure: Failure | None = None
    found_patients: tuple["PatientChoice", ...] | None = None
    typed: str = ""
    refused: str = ""

    @property
    def fresh(self) -> str:
        """The address for starting again: with the usual values, whatever was kept, and the visit that is to move."""
        return links.afresh(self.moving_id, self.form.known)

    @property
    def announcement(self) -> str:
        """What is read out after the results were swapped."""
        if self.failure:
            return str(self.failure.title)
        if self.refused or self.form.errors:
            return _("Please look at this again")
        return self.answer.title if self.answer else ""


@dataclass(frozen=True, slots=True)
class PatientChoice:
    """A patient who was found without script, with the address that chooses them."""

    patient: Patient
    url: str


def answer(desk: Desk, ask: Ask, found: Found, data: QueryDict, shown_last: str = "") -> Answer:
    """The results of one page. `shown_last` is the day with which the page before ended, as an ISO date."""
    slots = found.page.slots
    days = Printer(desk, ask, found, data).days(slots, shown_last)
    last = days[-1].date if days else ""
    coming = _next_day(desk, ask, found)
    return Answer(
        title=_title(desk, ask, found),
        summary=_summary(desk, ask, data),
        days=days,
        count=len(slots),
        sure=found.sure,
        assumed=words.listed([user.name for user in found.assumed]),
        next=_next(data, found.page.next, last) if found.page.next else "",
        next_label=_next_label(desk, found),
        next_day=links.next_day(data, coming) if coming else "",
        next_day_label=_("Go on with %(day)s") % {"day": words.day(coming)} if coming else "",
        first_page=links.address(data) if ask.cursor else "",
        last_day=last,
        why=why_view(desk, ask, found, data),
        read_at=f"{clock.time(found.read_at, desk.zone)} {zone_short(found.read_at, desk.zone)}",
    )


def _next(data: QueryDict, cursor: str, last: str) -> str:
    return f"{links.next_page(data, cursor)}&shown={last}"


def _next_label(desk: Desk, found: Found) -> str:
    if not found.page.next or not found.page.slots:
        return ""
    last = wall(found.page.slots[-1].when.start, desk.zone).date()
    return _("More, from %(day)s on") % {"day": words.day(last)}


def _next_day(desk: Desk, ask: Ask, found: Found) -> date | None:
    """The day after the last one shown, where that is not the last one asked: a day may hold more than many pages."""
    if not found.page.next or not found.page.slots:
        return None
    day = wall(found.page.slots[-1].when.start, desk.zone).date() + ONE_DAY
    return day if day <= _last_day(ask, desk) else None


def _title(desk: Desk, ask: Ask, found: Found) -> str:
    slots = found.page.slots
    if not slots:
        return _("Nothing is free") if found.sure else _("Nothing was found")
    told = {"n": len(slots), "day": words.long_day(wall(slots[0].when.start, desk.zone).date())}
    more = bool(found.page.next)
    if not found.sure:
        return ngettext("%(n)d possible time from %(day)s", "%(n)d possible times from %(day)s", len(slots)) % told
    if more and not ask.cursor:
        return _("The first %(n)d free times, from %(day)s") % told
    return ngettext("%(n)d free time, %(day)s", "%(n)d free times from %(day)s", len(slots)) % told


def _summary(desk: Desk, ask: Ask, data: QueryDict) -> str:
    """What was asked, in one line: "30 min · any of 8 people · 23 Nov to 20 Dec"."""
    request = ask.request
    window = request.window
    first, last = wall(window.start, desk.zone).date(), _last_day(ask, desk)
    days = words.day(first) if first == last else f"{words.day(first)} – {words.day(last)}"
    told = [words.hours(request.length), _who(ask), days]
    if request.between:
        told.append(words.between(request.between))
    return " · ".join(told)


def _last_day(ask: Ask, desk: Desk) -> date:
    return wall(ask.request.window.end - links.INSTANT, desk.zone).date()


def _who(ask: Ask) -> str:
    names = [user.name for user in ask.people]
    if len(names) == 1:
        return names[0]
    if ask.request.together:
        return (
            _("%(names)s together") % {"names": words.listed(names)}
            if len(names) < 4
            else _("all %(n)d together") % {"n": len(names)}
        )
    if len(names) < 4:
        return _("any of %(names)s") % {"names": words.listed(names)}
    return _("any of %(n)d people") % {"n": len(names)}
