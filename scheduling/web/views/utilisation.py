"""How the hours are used."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from scheduling.services import explained, summary
from scheduling.web import explained as explaining
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.utilisation import page_of
from scheduling.web.views.hours import week_asked_for


@require_safe
def week(request: DeskRequest) -> HttpResponse:
    """A week of one's teams, or of oneself."""
    desk = request.desk
    chosen = week_asked_for(request.GET.get("week", "")) or desk.this_week
    found = summary.read(desk, chosen, team_asked_for(request.GET.get("team", "")))
    told = {"page": page_of(desk, found)}
    return render_part(request, "utilisation/page.html", told, part="page")


@require_safe
def visits(request: DeskRequest, person_id: UUID, week: str) -> HttpResponse:
    """One clinician's week beside the API, visit by visit."""
    chosen = week_asked_for(week) or request.desk.this_week
    found = explained.explain(request.desk, chosen, person_id)
    return render(request, "utilisation/explained.html", {"page": explaining.page_of(request.desk, found)})


def team_asked_for(text: str) -> int | None:
    """The id of a team, None for none. Raises Http404 for anything else."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404("no such team")
    return int(text)
