"""Closures, places and public holidays, ready to print."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.directory.models import Closure, Place
from scheduling.services import public_holidays
from scheduling.services.closed_time import Meets, Strands
from scheduling.services.desk import Desk
from scheduling.services.places import Holiday, Overview, PlaceEnd, PlaceSheet
from scheduling.web.board import words


@dataclass(frozen=True, slots=True)
class ClosureLine:
    """One closure. `visits_url` leads to the visits that it meets, where there may be any."""

    id: int
    name: str
    when: str
    where: str
    visits_url: str


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """One public holiday that is not over."""

    day: str
    when: str
    name: str
    worked: bool


@dataclass(frozen=True, slots=True)
class YearLines:
    year: str
    open: bool
    days: tuple[HolidayLine, ...]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A place with its teams and its public holidays by year."""

    id: int
    name: str
    country: str
    teams: str
    years: tuple[YearLines, ...]


@dataclass(frozen=True, slots=True)
class ClosuresPage:
    """Everything that the page prints. `homeless` names the teams without a place, `at_several` people and theirs."""

    coming: tuple[ClosureLine, ...]
    past: tuple[ClosureLine, ...]
    places: tuple[PlaceLine, ...]
    homeless: str
    at_several: str
    may_set: bool
    zone: str


def page_of(desk: Desk, told: Overview) -> ClosuresPage:
    today = desk.now.astimezone(desk.clinic_zone).date()
    return ClosuresPage(
        coming=tuple(_line(row, to_come=True) for row in told.coming),
        past=tuple(_line(row, to_come=False) for row in told.past),
        places=tuple(_place(sheet, today) for sheet in told.places),
        homeless=", ".join(team.name for team in told.homeless),
        at_several="; ".join(f"{name} ({', '.join(where)})" for name, where in told.at_several),
        may_set=told.may_set,
        zone=desk.clinic_zone.key,
    )


def _line(row: Closure, *, to_come: bool) -> ClosureLine:
    where = row.place.name if row.place else _("Everywhere")
    return ClosureLine(row.pk, row.name, when_words(row), where, visits_url(row.pk) if to_come else "")


def visits_url(number: int) -> str:
    """Where it is decided what becomes of the visits in a closure."""
    return reverse("impact-closure", args=[number])


def when_words(row: Closure) -> str:
    """Its days, and its times where it is not whole days."""
    one = row.first == row.last
    days = words.date_words(row.first) if one else words.span_words(row.first, row.last)
    if row.starts is None or row.ends is None:
        return days
    start, end = row.starts.strftime("%H:%M"), row.ends.strftime("%H:%M").replace("00:00", "24:00")
    told = {"days": days, "start": start, "end": end}
    if one:
        return _("%(days)s, %(start)s to %(end)s") % told
    return _("%(days)s, each day %(start)s to %(end)s") % told


def place_words(place: Place) -> str:
    """Its name, country and teams, in one line."""
    teams = ", ".join(team.name for team in place.teams.all())
    return " · ".join(filter(None, (f"“{place.name}”", _country(place), teams)))


def _country(place: Place) -> str:
    country = public_holidays.country_names().get(place.country, place.country)
    return " · ".join(filter(None, (country, place.subdivision)))


def _place(sheet: PlaceSheet, today: date) -> PlaceLine:
    place = sheet.place
    coming = [row for row in sheet.holidays if row.day >= today]
    years = sorted({row.day.year for row in coming})
    return PlaceLine(
        id=place.pk,
        name=place.name,
        country=_country(place),
        teams=", ".join(team.name for team in sheet.teams),
        years=tuple(_year(year, coming, today) for year in years),
    )


def _year(year: int, rows: Iterable[Holiday], today: date) -> YearLines:
    days = tuple(_holiday(row) for row in rows if row.day.year == year)
    return YearLines(str(year), year == today.year, days)


def _holiday(row: Holiday) -> HolidayLine:
    when = f"{words.weekday_short(row.day)} {words.day_words(row.day).partition(' ')[2]}"
    return HolidayLine(row.day.isoformat(), when, row.name, row.worked)


def meets_words(found: Meets | None) -> str:
    """What a closure meets, as a sentence; empty for nothing. None: it could not be read."""
    if found is None:
        return _("The calendar service did not answer, so it is not known whether visits are booked in this time.")
    if not found.visits and found.sure:
        return ""
    text = ngettext("%d booked visit stands in this time.", "%d booked visits stand in this time.", found.visits)
    told = [text % found.visits]
    if not found.sure:
        told.append(_("Not everything could be read, so there may be more."))
    if found.until:
        told.append(_("Looked at until %(day)s.") % {"day": words.date_words(found.until)})
    return " ".join(told)


@dataclass(frozen=True, slots=True)
class DayLine:
    """How many visits of a day would stand in closed time; the board of that day shows them."""

    day: str
    visits: str
    url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is said before time is closed: a sentence, the days that have visits, and the token that agrees to it."""

    text: str
    days: tuple[DayLine, ...]
    token: str


def asked_of(found: Strands | None) -> Asked | None:
    """What to ask before saving; None where nothing is stranded. Without `found` it could not be read."""
    if found is None:
        return Asked(meets_words(None), (), token_of(None))
    if not found.visits and found.sure:
        return None
    text = ngettext(
        "%d booked visit stands in time that this closes.", "%d booked visits stand in time that this closes.",
        found.visits,
    )  # fmt: skip
    told = [text % found.visits]
    if not found.sure:
        told.append(_("Not everything could be read, so there may be more."))
    if found.until:
        told.append(_("Looked at until %(day)s.") % {"day": words.date_words(found.until)})
    return Asked(" ".join(told), tuple(_day_line(*each) for each in found.days), token_of(found))


def _day_line(day: date, count: int) -> DayLine:
    url = reverse("day-of", args=[day.isoformat()])
    return DayLine(words.date_words(day), ngettext("%d visit", "%d visits", count) % count, url)


@dataclass(frozen=True, slots=True)
class PlaceEndPage:
    """What deleting a place does, in sentences; `ahead` are the closures that forbid it."""

    name: str
    teams: str
    ahead: tuple[ClosureLine, ...]
    over: str


def end_of(told: PlaceEnd) -> PlaceEndPage:
    over = ngettext("%d closure that is over", "%d closures that are over", told.over) % told.over if told.over else ""
    teams = ", ".join(team.name for team in told.teams)
    return PlaceEndPage(told.place.name, teams, tuple(_line(row, to_come=True) for row in told.ahead), over)


def token_of(found: Meets | Strands | None) -> str:
    """What was shown when somebody says "save all the same"."""
    return "unread" if found is None else f"{found.visits}{'' if found.sure else '+'}"


def saved_words(told: dict[str, Any]) -> str:
    """What was just saved, and how many visits stand in its time."""
    text = _("“%(name)s” is saved.") % {"name": told["name"]}
    return " ".join(filter(None, (text, told["meets"])))
