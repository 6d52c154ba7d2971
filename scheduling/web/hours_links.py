"""Where one can go from somebody's hours: only what the login may do there."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from scheduling.services import runs
from scheduling.services.desk import Desk
from scheduling.services.hours_locks import LOCK
from scheduling.services.work_hours import SET, Sheet


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    icon: str
    url: str


def links_of(sheet: Sheet, desk: Desk) -> tuple[Link, ...]:
    """The actions beside the main one, in the order of how often they are wanted."""
    return tuple(link for link in _all(sheet, desk) if link.url)


def _all(sheet: Sheet, desk: Desk) -> Iterator[Link]:
    person = sheet.clinician.id
    open_run = runs.unfinished_for(desk, person)
    if open_run:
        yield Link(_("A change is not finished: go on"), "triangle-alert", reverse("run", args=[open_run.id]))
    if desk.may(SET, person):
        new = reverse("hours-new", args=[person])
        yield Link(_("Add exception"), "calendar-off", f"{new}?kind=OVERRIDE")
    if desk.may("leave.ask", person):
        yield Link(_("Ask for leave"), "calendar-clock", _there("leave-new", query=f"?clinician={person}"))
    if desk.may(SET, person):
        yield Link(_("Copy this week"), "copy", _there("hours-copy", person, query=f"?week={sheet.week}"))
        yield Link(_("A/B weeks"), "repeat", _there("hours-rotation", person))
        undo = runs.latest_for(desk, person)
        yield Link(_("Undo the last change"), "undo-2", reverse("run", args=[undo.id]) if undo else "")
    yield Link(_("History"), "history", _there("hours-history", person))
    if desk.may("hours.contract", person):
        yield Link(_("Contract"), "clock", _there("hours-contract", person))
    if desk.may(LOCK, person):
        yield Link(_("Locks"), "lock", _there("hours-locks", query=f"?clinician={person}"))


def _there(route: str, *args: object, query: str = "") -> str:
    """The address of a page; empty where this installation has no such page."""
    try:
        return reverse(route, args=args) + query
    except NoReverseMatch:
        return ""
