"""The hours that a clinician works: looking at them."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from scheduling.domain.week import Week
from scheduling.services import work_hours
from scheduling.web.hours import page_of
from scheduling.web.htmx import DeskRequest, render_part


def week_asked_for(text: str) -> Week | None:
    """The week of `2026-W48`, None for none. Raises Http404 for anything else."""
    try:
        return Week.parse(text) if text else None
    except ValueError as wrong:
        raise Http404(str(wrong)) from wrong


@require_safe
def own_hours(request: DeskRequest) -> HttpResponse:
    """One's own hours; for somebody who has none, and with `?all`, the people whose hours may be seen."""
    desk = request.desk
    chosen = request.GET.get("person", "")
    if chosen:
        return redirect("hours-of", clinician_id=_person(chosen))
    groups = work_hours.groups(desk)
    own = desk.account.welkin_id
    if own and "all" not in request.GET and any(user.id == own for group in groups for user in group.people):
        return redirect("hours-of", clinician_id=own)
    return render_part(request, "hours/people.html", {"groups": groups})


def _person(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Http404("no such person") from wrong


@require_safe
def hours(request: DeskRequest, clinician_id: UUID) -> HttpResponse:
    """The week and the periods of one clinician."""
    sheet = work_hours.read(request.desk, clinician_id, week_asked_for(request.GET.get("week", "")))
    told = {"page": page_of(sheet, request.desk), "groups": work_hours.groups(request.desk)}
    return render_part(request, "hours/page.html", told, part="page")
