"""Home, search, date jump, outcomes of changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from scheduling.accounts.roles import Role
from scheduling.domain.week import parse_day
from scheduling.services import drafts, outcomes, people
from scheduling.services.desk import Desk
from scheduling.services.week import week_holding
from scheduling.services.writes import IntentRefused
from scheduling.web import history_offer
from scheduling.web.failures import Failure, show
from scheduling.web.htmx import DeskRequest, is_part, render_part, split_address, with_triggers
from scheduling.web.people import search_view, typed_text
from scheduling.web.whereabouts import came_from

NO_SUCH_DATE = Failure(400, _("No such date"), _("Type a date between 1970 and 2199."), "errors/invalid.html")
HOMES = {
    Role.COORDINATOR: "day",
    Role.CLINICIAN: "week",
    Role.MANAGER: "utilisation",
    Role.ADMINISTRATOR: "people",
    Role.AUDITOR: "audit",
}


@require_safe
def home(request: DeskRequest) -> HttpResponse:
    """The page that the role works on most."""
    return redirect(HOMES[Role(request.desk.account.role)])


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: DeskRequest) -> HttpResponse:
    """People and patients by any part of their names. Asked by POST, so that no name stands in an address."""
    found = search_view(request.desk, people.search(request.desk, typed_text(request)))
    return render_part(request, "search/page.html", {"found": found})


def parse_date(text: str) -> date | None:
    """An ISO date in the years that a calendar is kept for, else None."""
    try:
        return parse_day(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Place:
    """The view that a date jump starts from: a route, its arguments and what its address said."""

    name: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


def place_of(request: DeskRequest) -> Place:
    """Where the person is: told by the form, else by the address that the browser came from (our own routes only)."""
    if "clinician" in request.GET:
        return Place("week-of", {"clinician_id": request.GET["clinician"]})
    if "team" in request.GET:
        return Place("day-of", query={"team": request.GET["team"]})
    page = came_from(request)
    if page is None:
        return Place()
    query = dict(parse_qsl(split_address(request.headers.get("Referer", "")).query))
    return Place(page.url_name or "", page.kwargs, query)


def jump(day: date, place: Place) -> str:
    """The address of the same view for another date; the day of the team where the view has no date."""
    week = str(week_holding(day))
    kept = {name: place.query[name] for name in ("team", "hours") if place.query.get(name)}
    if place.name in ("week-of", "week-now"):
        return _with(reverse("week-of", kwargs={"clinician_id": place.arguments["clinician_id"], "week": week}), kept)
    if place.name == "team-of":
        return _with(reverse("team-of", args=[week]), kept)
    if place.name == "hours-of":
        return _with(reverse("hours-of", kwargs=dict(place.arguments)), {"week": week})
    if place.name == "utilisation":
        return _with(reverse("utilisation"), kept | {"week": week})
    return _with(reverse("day-of", args=[day.isoformat()]), kept)


def _with(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


@require_safe
def go(request: DeskRequest) -> HttpResponse:
    """Jump to a date and keep the view: the week of the same person, the day of the same team."""
    day = parse_date(request.GET.get("date", ""))
    if day is None:
        return show(request, NO_SUCH_DATE)
    try:
        return redirect(jump(day, place_of(request)))
    except NoReverseMatch:
        return redirect("day-of", day=day.isoformat())


SAVED = {
    "appointment.book": _("The visit is booked."),
    "appointment.move": _("The visit is moved."),
    "appointment.edit": _("The visit is changed."),
    "appointment.cancel": _("The visit is cancelled."),
    "appointment.delete": _("The visit is deleted."),
    "appointment.mark": _("The visit is marked."),
    "appointment.join": _("The patient takes part in the session."),
    "appointment.attend": _("It is noted who came."),
    "appointment.restore": _("The visit takes place again."),
    "invitation.answer": _("The answer is recorded."),
    "hours.set": _("The work hours are saved."),
    "patient.create": _("The patient is created."),
    "user.create": _("The person is there in Welkin."),
    "user.change": _("Time zone and credentials are saved."),
}


# What no board shows.
OFF_THE_BOARD = ("patient.create", "user.create", "user.change")
HELD_AT_LEAST = _("What you typed is kept until it is known.")
HELD = {
    "appointment.book": _("Until it is known, nobody else can book this time, and what you typed is kept."),
    "appointment.move": _("Until it is known, the new time is held, and what you typed is kept."),
    "appointment.join": _("Until it is known, the place is held, and what you typed is kept."),
    "appointment.restore": _("Until it is known, the time is held."),
    "appointment.cancel": _("Until it is known, the time counts as taken, and the reason you typed is kept."),
    "appointment.mark": _("Until it is known, nobody else can change this visit here."),
    "appointment.attend": _("Until it is known, nobody else can change this visit here."),
    "invitation.answer": _("Until it is known, the answer shows as it was."),
}


def _kept_form(desk: Desk, key: str) -> str:
    """Where the form of a change is opened again as it was typed; empty where it is not kept."""
    return reverse("draft", args=[key]) if drafts.find(desk, key) else ""


@require_safe
def outcome(request: DeskRequest, key: str) -> HttpResponse:
    """What came of a change. The part asks again by itself while it is not known, and tells the page when it is."""
    try:
        told = outcomes.tell(request.desk, key)
    except IntentRefused as unknown:
        raise Http404 from unknown
    if told.outcome.confirmed:
        drafts.forget(request.desk, key)
    words = {
        "sentence": SAVED.get(told.action, _("The change is made.")),
        "held": HELD.get(told.action, HELD_AT_LEAST),
        "gone": told.action == "appointment.delete",
        "absent": bool(told.outcome.facts.get("absent")),
        "reopen": _kept_form(request.desk, key),
        "undo": history_offer.link(request.desk, key) if told.outcome.confirmed else "",
    }
    answer = render_part(request, "outcomes/page.html", {"told": told, **words})
    # The card has just come up: the board beneath shows the time as taken from now on.
    begun = told.open and "X-Background" not in request.headers
    changed = is_part(request) and (told.outcome.confirmed or begun) and told.action not in OFF_THE_BOARD
    return with_triggers(answer, appointment_changed={"id": str(told.event_id or "")}) if changed else answer
