"""What changed in one's own weeks, ready to print: what it was, what it is, and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.domain.interval import Interval
from scheduling.domain.news import DayHours, Kind, Known, News
from scheduling.domain.timetable import Closure
from scheduling.domain.week import Week
from scheduling.domain.zone import wall
from scheduling.services.desk import Desk
from scheduling.services.since import Author, Since
from scheduling.web.board import words
from scheduling.web.failures import failure_of
from scheduling.web.stale import Stale, moment, stale_of
from scheduling.welkin.errors import WelkinError

TITLES: dict[Kind, str | Promise] = {
    Kind.NEW: gettext_lazy("New"),
    Kind.MOVED: gettext_lazy("Moved"),
    Kind.CANCELLED: gettext_lazy("Cancelled"),
    Kind.BACK: gettext_lazy("Takes place again"),
    Kind.GONE: gettext_lazy("No longer in your calendar"),
    Kind.ANSWERED: gettext_lazy("Answered"),
    Kind.HOURS: gettext_lazy("Your hours"),
    Kind.GRANTED: gettext_lazy("Leave granted"),
    Kind.REFUSED: gettext_lazy("Leave refused"),
    Kind.CLOSED: gettext_lazy("Closed"),
    Kind.OPEN: gettext_lazy("Open again"),
}
TONES = {Kind.NEW: "ok", Kind.BACK: "ok", Kind.MOVED: "info", Kind.CANCELLED: "danger", Kind.GONE: "danger"}
TONES |= {Kind.GRANTED: "ok", Kind.REFUSED: "danger", Kind.OPEN: "ok"}
ANSWERS = {"yes": gettext_lazy("yes"), "no": gettext_lazy("no"), "maybe": gettext_lazy("maybe")}


@dataclass(frozen=True, slots=True)
class Line:
    """One change. `was` is the old time, struck through; `more` further lines: answers, or the days of the hours."""

    kind: str
    title: str
    tone: str
    what: str
    url: str
    was: str
    now: str
    more: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True)
class SincePage:
    """Everything that the page prints. `looked_at` is empty where nobody had looked before."""

    lines: tuple[Line, ...]
    count: str
    looked_at: str
    token: str
    zone: str
    sure: bool
    stale: Stale | None
    week_url: str


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """What is said where nothing could be read: why, when, and since when changes wait to be told."""

    title: str
    at: str
    looked_at: str
    zone: str


def unread_of(desk: Desk, looked_at: datetime | None, failed: WelkinError) -> UnreadPage:
    return UnreadPage(
        title=str(failure_of(failed).title),
        at=moment(desk.now, desk),
        looked_at=moment(looked_at, desk) if looked_at else "",
        zone=desk.zone.key,
    )


def count_words(count: int) -> str:
    """2 changes since you last looked."""
    return ngettext("%d change since you last looked", "%d changes since you last looked", count) % count


def page_of(desk: Desk, told: Since) -> SincePage:
    return SincePage(
        lines=tuple(_line(desk, news, told) for news in told.news),
        count=count_words(len(told.news)),
        looked_at=moment(told.looked_at, desk) if told.looked_at else "",
        token=told.token,
        zone=desk.zone.key,
        sure=told.sure,
        stale=stale_of(desk, told.age),
        week_url=reverse("week-of", args=[desk.account.welkin_id, str(desk.this_week)]),
    )


def _line(desk: Desk, news: News, told: Since) -> Line:
    if news.closure:
        return _closure(desk, news.kind, news.closure, told)
    event = news.event
    author = told.authors.get(event.id) if event else told.hours_by
    moved = news.kind is Kind.MOVED
    return Line(
        kind=news.kind.value.lower(),
        title=str(TITLES[news.kind]),
        tone=TONES.get(news.kind, "info"),
        what=_what(event, told.names) if event else "",
        url=_url(desk, news),
        was=_when(news.was.when, desk) if moved and news.was else "",
        now=_when(event.when, desk) if event else "",
        more=_answers(news, told.names) if event else tuple(_hours(day, desk) for day in news.days),
        by=_by(desk, author),
    )


def _closure(desk: Desk, kind: Kind, closure: Closure, told: Since) -> Line:
    """A day that is closed now, or open again: the old time is struck through where it is no more."""
    when, opened = _when(closure.when, desk), kind is Kind.OPEN
    by = max((told.closed_by[mark] for mark in closure.marks if mark in told.closed_by), key=_at, default=None)
    return Line(
        kind=kind.value.lower(),
        title=str(TITLES[kind]),
        tone=TONES.get(kind, "info"),
        what=closure.name or _("Closed"),
        url=reverse("closures"),
        was=when if opened else "",
        now=_("open") if opened else when,
        more=(),
        by=_by(desk, by),
    )


def _at(author: Author) -> datetime:
    return author.at


def _url(desk: Desk, news: News) -> str:
    """To the visit, or to the hours; nowhere for what is gone."""
    if news.kind is Kind.HOURS:
        return reverse("hours-of", args=[desk.account.welkin_id]) + f"?week={Week.containing(news.days[0].day)}"
    return reverse("appointment", args=[news.now.id]) if news.now else ""


def _what(event: Known, names: Mapping[UUID, str]) -> str:
    """Whom it is with and what it is called; leave by its title."""
    known = event.names if len(event.names) >= len(event.patients) else ()
    people = known or tuple(names[person] for person in event.patients if person in names)
    with_whom = people[0] if len(people) == 1 else ngettext("%d patient", "%d patients", len(people)) % len(people)
    kind = _("Leave") if event.leave else ""
    return " · ".join(dict.fromkeys(filter(None, (kind, with_whom if people else "", event.title)))) or _("Visit")


def _when(when: Interval, desk: Desk) -> str:
    """Monday 23 November, 09:00–09:30; with both days where it lasts longer."""
    first, last = (wall(edge, desk.zone) for edge in (when.start, when.end))
    start = f"{words.day_words(first.date())}, {words.clock(when.start, desk.zone)}"
    end = words.clock(when.end, desk.zone)
    return f"{start}–{end}" if first.date() == last.date() else f"{start} – {words.day_words(last.date())}, {end}"


def _answers(news: News, names: Mapping[UUID, str]) -> tuple[str, ...]:
    """Who said what since; where an answer was taken back, that."""
    if news.kind is not Kind.ANSWERED or not news.now or not news.was:
        return ()
    said = news.now.answers
    changed = {
        person: said.get(person, "")
        for person in dict.fromkeys((*said, *news.was.answers))
        if said.get(person, "") != news.was.answers.get(person, "")
    }
    return tuple(_answer(names.get(person, _("Somebody")), word) for person, word in changed.items())


def _answer(name: str, word: str) -> str:
    if not word:
        return _("%(name)s took the answer back") % {"name": name}
    return _("%(name)s said %(answer)s") % {"name": name, "answer": ANSWERS.get(word.lower(), word)}


def _hours(day: DayHours, desk: Desk) -> str:
    told = {"day": words.day_words(day.day), "was": _spans(day.was, desk), "now": _spans(day.now, desk)}
    return _("%(day)s: %(was)s → %(now)s") % told


def _spans(hours: tuple[Interval, ...], desk: Desk) -> str:
    told = (f"{words.clock(span.start, desk.zone)}–{words.clock(span.end, desk.zone)}" for span in hours)
    return ", ".join(told) or _("off")


def _by(desk: Desk, author: Author | None) -> str:
    """Who did it through Daybook and when; otherwise it was done in Welkin itself, and by whom is not known."""
    if author is None:
        return ""
    return _("by %(name)s, %(when)s") % {"name": author.name, "when": _short(author.at, desk)}


def _short(at: datetime, desk: Desk) -> str:
    shown = wall(at, desk.zone)
    clock = words.clock(at, desk.zone)
    return clock if shown.date() == desk.today else f"{words.day_words(shown.date())}, {clock}"
