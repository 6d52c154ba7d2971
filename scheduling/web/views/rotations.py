"""A/B weeks: setting them up, extending them and ending them early. Look at what is written first, then save."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.domain.rotation import Turns, monday_of, week_of
from scheduling.ledger.models import RunPart
from scheduling.services import hours_difference, rotations, work_hours, writes
from scheduling.services.hours_plan import Plan
from scheduling.services.rotations import Noting, NotThere, Planned, Standing
from scheduling.services.run_parts import Wish
from scheduling.services.work_hours import Sheet
from scheduling.web import drafts
from scheduling.web.forms.rotations import LastDayForm, TurnsForm, filled_with
from scheduling.web.hours_change import Consequences
from scheduling.web.hours_locks import locked_days
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.rotations import Preview, card_of, preview_of, preview_of_planned

from .hours_saving import carry_out, leave_to_hours, sent_before

PAGE = "hours/rotation.html"
HALF_A_YEAR = timedelta(weeks=26)


@require_http_methods(["GET", "HEAD", "POST"])
def rotation(request: DeskRequest, clinician_id: UUID) -> HttpResponse:
    """The rotation that stands, to extend or to end; the form of a new one where none does."""
    sheet = work_hours.to_change(request.desk, clinician_id)
    told = rotations.standing(request.desk, sheet)
    if request.method == "POST":
        before = sent_before(request, sheet)
        return before or (_change(request, sheet, told) if told else _new(request, sheet))
    typed = drafts.opened(request)
    if told:
        return _page(request, sheet, _last_day(request, sheet, told, typed), told=told)
    if typed:
        return _again(request, sheet, TurnsForm(typed, desk=request.desk, sheet=sheet))
    return _page(request, sheet, _empty(request, sheet))


def _again(request: DeskRequest, sheet: Sheet, form: TurnsForm) -> HttpResponse:
    """A kept form as it was typed, with what would be written as it is now."""
    if not form.is_valid():
        return _page(request, sheet, form)
    made = rotations.planned(sheet, form.turns, form.cleaned_data["name"])
    return _page(request, sheet, form, preview=_preview(request, sheet, form.turns, made))


def _preview(request: DeskRequest, sheet: Sheet, turns: Turns, made: Planned | None) -> Preview:
    difference = hours_difference.of_plan(sheet, made.plan, request.desk.now) if made else None
    return preview_of_planned(turns, made, difference)


def _empty(request: DeskRequest, sheet: Sheet) -> TurnsForm:
    """The form with the hours of today under every letter."""
    monday = monday_of(sheet.today) + timedelta(weeks=1)
    now = sheet.current(sheet.today)
    filled = {
        "intent": writes.mint(request.desk),
        "count": "2",
        "anchor": monday,
        "first": monday,
        "last": monday + HALF_A_YEAR - timedelta(days=1),
        **filled_with(week_of(now.days if now and now.whole else ())),
    }
    return TurnsForm(desk=request.desk, sheet=sheet, initial=filled)


def _last_day(request: DeskRequest, sheet: Sheet, told: Standing, typed: Mapping[str, Any] | None) -> LastDayForm:
    filled = {"intent": writes.mint(request.desk), "last": told.turns.last}
    return LastDayForm(typed, desk=request.desk, sheet=sheet, told=told, initial=filled)


def _new(request: DeskRequest, sheet: Sheet) -> HttpResponse:
    def fresh(sent: Mapping[str, Any]) -> TurnsForm:
        return TurnsForm(sent, desk=request.desk, sheet=sheet)

    form = fresh(request.POST)
    if not form.is_valid():
        return _page(request, sheet, form, status=422)
    made = rotations.planned(sheet, form.turns, form.cleaned_data["name"])
    shown = _preview(request, sheet, form.turns, made)
    if made is None or form.cleaned_data["seen"] != shown.token:
        return _page(request, sheet, form, preview=shown)
    return _carry(request, sheet, made.plan, rotations.noting(sheet, made), form, fresh, shown)


def _change(request: DeskRequest, sheet: Sheet, told: Standing) -> HttpResponse:
    """Another last day: the records that are added, or those that are cut and taken back."""

    def fresh(sent: Mapping[str, Any]) -> LastDayForm:
        return LastDayForm(sent, desk=request.desk, sheet=sheet, told=told)

    form = fresh(request.POST)
    if not form.is_valid():
        return _page(request, sheet, form, told=told, status=422)
    return _extend(request, sheet, told, form, fresh) if form.extends else _end(request, sheet, told, form, fresh)


def _extend(
    request: DeskRequest, sheet: Sheet, told: Standing, form: LastDayForm, fresh: Callable[..., LastDayForm]
) -> HttpResponse:
    try:
        made = rotations.extended(sheet, told, form.cleaned_data["last"])
    except NotThere:
        form.add_error(None, _("The regular hours of these weeks were changed since. End them early and start anew."))
        return _page(request, sheet, form, told=told, status=422)
    turns = replace(told.turns, last=form.cleaned_data["last"])
    shown = _preview(request, sheet, turns, made)
    if made is None or form.cleaned_data["seen"] != shown.token:
        return _page(request, sheet, form, told=told, preview=shown)
    return _carry(request, sheet, made.plan, rotations.noting(sheet, made, told), form, fresh, shown, told)


def _end(
    request: DeskRequest, sheet: Sheet, told: Standing, form: LastDayForm, fresh: Callable[..., LastDayForm]
) -> HttpResponse:
    last, plan = form.cleaned_data["last"], rotations.ended(told, form.cleaned_data["last"])
    noted = rotations.ending(sheet, told, last)
    if plan is None:
        rotations.keep(request.desk, form.cleaned_data["intent"], noted)
        messages.success(request, _("These weeks take turns no longer; no record had to change."))
        return leave_to_hours(request, sheet)
    difference = hours_difference.of_plan(sheet, plan, request.desk.now)
    shown = preview_of(replace(told.turns, last=last), plan, difference)
    if form.cleaned_data["seen"] != shown.token:
        return _page(request, sheet, form, told=told, preview=shown)
    return _carry(request, sheet, plan, noted, form, fresh, shown, told)


def _carry(
    request: DeskRequest,
    sheet: Sheet,
    plan: Plan,
    noted: Noting,
    form: Any,
    fresh: Callable[..., Any],
    shown: Preview,
    told: Standing | None = None,
) -> HttpResponse:
    """Write the records, and note the turns right after them."""

    def show(request: DeskRequest, sheet: Sheet, form: Any, **more: Any) -> HttpResponse:
        return _page(request, sheet, form, preview=shown, told=told, **more)

    besides = (Wish(RunPart.Kind.TURNS, turns=noted),)
    return carry_out(request, sheet, plan, form, fresh, show, loss_seen=True, besides=besides)


def _page(
    request: DeskRequest,
    sheet: Sheet,
    form: TurnsForm | LastDayForm,
    *,
    told: Standing | None = None,
    preview: Preview | None = None,
    asked: Consequences | None = None,
    status: int = 200,
) -> HttpResponse:
    words = {
        "clinician": sheet.clinician,
        "zone": sheet.zone.key,
        "form": form,
        "card": card_of(told, sheet.today) if told else None,
        "preview": preview,
        "asked": asked,
        "locked": locked_days(request.desk, sheet),
        "form_action": request.path,
        "back": reverse("hours-of", args=[sheet.clinician.id]),
    }
    return render_part(request, PAGE, words, part="editor", status=status)
