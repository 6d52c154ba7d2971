"""Copying a week of hours to other weeks: choose, look at the difference, save."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.services import hours_copy, writes
from scheduling.services.hours_copy import Copy
from scheduling.services.hours_plan import NotReadWhole
from scheduling.services.work_hours import Sheet
from scheduling.web import drafts
from scheduling.web.forms.hours_copy import CopyForm
from scheduling.web.hours import week_label
from scheduling.web.hours_change import Consequences, unread_in_words
from scheduling.web.hours_copy import Difference, difference_of
from scheduling.web.hours_locks import locked_days
from scheduling.web.htmx import DeskRequest, render_part

from .hours import week_asked_for
from .hours_saving import carry_out, sent_before

PAGE = "hours/copy.html"


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: DeskRequest, clinician_id: UUID) -> HttpResponse:
    """A form of which the first press shows the difference and the second one saves what was shown."""
    sheet = hours_copy.to_copy(request.desk, clinician_id, week_asked_for(_week(request)))
    if request.method == "POST":
        return sent_before(request, sheet) or _copy(request, sheet)
    typed = drafts.opened(request)
    if typed:
        return _again(request, sheet, CopyForm(typed, desk=request.desk, sheet=sheet))
    filled = {
        "intent": writes.mint(request.desk),
        "name": _("As in week %(number)s") % {"number": sheet.week.number},
    }
    return _page(request, sheet, CopyForm(desk=request.desk, sheet=sheet, initial=filled))


def _week(request: DeskRequest) -> str:
    """The week to copy; forms that are opened again have it among their fields."""
    typed = request.POST if request.method == "POST" else drafts.opened(request)
    return str((typed and typed.get("week")) or request.GET.get("week", ""))


def _copy(request: DeskRequest, sheet: Sheet) -> HttpResponse:
    def fresh(sent: Mapping[str, Any]) -> CopyForm:
        return CopyForm(sent, desk=request.desk, sheet=sheet)

    form = fresh(request.POST)
    found = _found(sheet, form)
    if found is None:
        return _page(request, sheet, form, status=422)
    if found.plan is None or form.cleaned_data["seen"] != hours_copy.token_of(found.plan):
        return _page(request, sheet, form, difference=difference_of(found))

    def show(request: DeskRequest, sheet: Sheet, form: CopyForm, **more: Any) -> HttpResponse:
        return _page(request, sheet, form, difference=difference_of(found), **more)

    return carry_out(request, sheet, found.plan, form, fresh, show, loss_seen=True)


def _again(request: DeskRequest, sheet: Sheet, form: CopyForm) -> HttpResponse:
    """A kept form as it was typed, with the difference as it is now."""
    found = _found(sheet, form)
    return _page(request, sheet, form, difference=difference_of(found) if found else None)


def _found(sheet: Sheet, form: CopyForm) -> Copy | None:
    """What the form would do; None where something is wrong with it, which it says."""
    if not form.is_valid():
        return None
    try:
        return hours_copy.copy_of(sheet, sheet.week, form.mondays, form.cleaned_data["name"])
    except NotReadWhole as unread:
        form.add_error(None, unread_in_words(unread))
        return None


def _page(
    request: DeskRequest,
    sheet: Sheet,
    form: CopyForm,
    *,
    difference: Difference | None = None,
    asked: Consequences | None = None,
    status: int = 200,
) -> HttpResponse:
    told = {
        "clinician": sheet.clinician,
        "zone": sheet.zone.key,
        "week": str(sheet.week),
        "week_label": week_label(sheet.week),
        "form": form,
        "difference": difference,
        "asked": asked,
        "locked": locked_days(request.desk, sheet),
        "form_action": request.path,
        "back": f"{reverse('hours-of', args=[sheet.clinician.id])}?week={sheet.week}",
    }
    return render_part(request, PAGE, told, part="editor", status=status)
