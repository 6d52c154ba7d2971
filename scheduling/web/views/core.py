"""Home, search, date jump, outcomes of changes, health."""

from datetime import date
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from scheduling.accounts.roles import Role
from scheduling.domain.week import Week
from scheduling.services import outcomes, people
from scheduling.web.htmx import DeskRequest, is_part, render_part

HOMES = {
    Role.COORDINATOR: "day",
    Role.CLINICIAN: "week",
    Role.MANAGER: "utilisation",
    Role.ADMINISTRATOR: "people",
}


@require_safe
def home(request: DeskRequest) -> HttpResponse:
    """The page that the role works on most."""
    return redirect(HOMES[Role(request.desk.account.role)])


@login_not_required
@require_safe
def health(request: DeskRequest) -> HttpResponse:
    """Whether this process answers and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def search(request: DeskRequest) -> HttpResponse:
    """People and patients by any part of their names. Asked by POST, so that no name stands in an address."""
    typed = request.POST.get("q", "")[:100]
    found = people.search(request.desk, typed)
    return render_part(request, "search/page.html", {"found": found})


def parse_date(text: str) -> date | None:
    """An ISO date in the years that a calendar is kept for, else None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2199 else None


@require_GET
def go(request: DeskRequest) -> HttpResponse:
    """Jump to a date: the same view for it when one was open, else the day."""
    day = parse_date(request.GET.get("date", ""))
    if day is None:
        told = {"title": _("No such date"), "sentence": _("Type a date between 1970 and 2199.")}
        return render(request, "errors/invalid.html", told, status=400)
    clinician = request.GET.get("clinician", "")
    try:
        return redirect("week-of", clinician_id=UUID(clinician), week=str(Week.containing(day)))
    except ValueError:
        team = request.GET.get("team", "")
        query = f"?team={team}" if team.isdigit() else ""
        return redirect(reverse("day-of", args=[day.isoformat()]) + query)


@require_safe
def outcome(request: DeskRequest, key: str) -> HttpResponse:
    """What came of a change: kept up to date by itself while it is not known."""
    told = outcomes.tell(request.desk, key)
    return render_part(request, "outcomes/page.html", {"told": told, "polling": is_part(request)})
