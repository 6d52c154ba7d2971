"""The hours that a clinician works: looking at them."""

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from scheduling.domain.week import Week
from scheduling.services import hours_history, hours_timeline, people, work_hours
from scheduling.services.hours_timeline import SPANS, is_known
from scheduling.services.work_hours import Sheet
from scheduling.web.hours import page_of
from scheduling.web.hours_history import lines_of
from scheduling.web.hours_timeline import Place
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
    """The week, the timeline and the periods of one clinician."""
    sheet = work_hours.read(request.desk, clinician_id, week_asked_for(request.GET.get("week", "")))
    place = _place(request, sheet)
    around = hours_timeline.around(request.desk, sheet, place.stretch) if is_known(sheet, place.stretch) else None
    told = {
        "page": page_of(sheet, request.desk, place, around),
        "groups": work_hours.groups(request.desk),
    }
    return render_part(request, "hours/page.html", told, part="page")


@require_safe
def history(request: DeskRequest, clinician_id: UUID) -> HttpResponse:
    """Who changed the hours of one clinician and what governs them, before and after; no call."""
    desk = request.desk
    entries = hours_history.of(desk, clinician_id)
    told = {"clinician": people.find_user(desk, clinician_id), "lines": lines_of(entries), "zone": desk.zone.key}
    return render(request, "hours/history.html", told)


def _place(request: DeskRequest, sheet: Sheet) -> Place:
    """What the address asks to see; the timeline begins with the week where it would not hold it."""
    asked = request.GET.get("span", "")
    span = asked if asked in SPANS else next(iter(SPANS))
    first = week_asked_for(request.GET.get("from", "")) or sheet.week
    place = Place(sheet.clinician.id, sheet.week, first, span)
    inside = place.stretch.meets(sheet.week.days[0], sheet.week.days[-1])
    return place if inside else replace(place, first=sheet.week)
