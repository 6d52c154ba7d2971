"""The forms of a clinician's hours: a new record, an existing one, and ending one early."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from scheduling.domain.work_hours import WorkHours
from scheduling.services import contracts, hours_difference, hours_history, work_hours, writes
from scheduling.services.hours_difference import Difference
from scheduling.services.hours_plan import NotReadWhole, Plan, Step, draft_of, end_of, plan_edit, plan_new, seen_token
from scheduling.services.work_hours import Sheet
from scheduling.web import drafts
from scheduling.web.forms.hours import EndForm, WeekForm
from scheduling.web.forms.hours_presses import pressed
from scheduling.web.hours_change import Consequences, unread_in_words
from scheduling.web.hours_difference import change_of
from scheduling.web.hours_editor import Beside, beside
from scheduling.web.hours_history import Line, lines_of
from scheduling.web.hours_locks import locked_days
from scheduling.web.hours_words import name_of, record_in_words
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.welkin.drafts import WorkHoursDraft

from .hours_saving import carry_out, leave_to_hours, sent_before, sent_with

EDITOR = "hours/edit.html"
ENDING = "hours/end.html"
CHANGED = gettext_lazy(
    "Somebody has changed this record since you opened it. "
    "Below is what you typed; look at what it says now and save again."
)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest, clinician_id: UUID) -> HttpResponse:
    """A new record: regular hours from a day on, or an exception."""
    sheet = work_hours.to_change(request.desk, clinician_id)
    pattern = sheet.current(sheet.today)
    days = pattern.days if pattern and pattern.whole else ()
    if request.method == "POST":
        form = WeekForm(request.POST, desk=request.desk, pattern=days)
        return _again(request, sheet, form, pattern=days) or _save(request, sheet, form, None)
    typed = drafts.opened(request)
    if typed:
        return _editor(request, sheet, WeekForm(desk=request.desk, typed=typed, pattern=days))
    monday = sheet.today + timedelta(days=8 - sheet.today.isoweekday())
    exception = request.GET.get("kind") == "OVERRIDE"
    filled = {
        "intent": writes.mint(request.desk),
        "kind": "OVERRIDE" if exception else "DEFAULT",
        "first": monday,
        "last": monday + timedelta(days=6) if exception else None,
    }
    return _editor(request, sheet, WeekForm(desk=request.desk, pattern=() if exception else days, initial=filled))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: DeskRequest, clinician_id: UUID, record_id: UUID) -> HttpResponse:
    """A record as it is, to change it."""
    sheet = work_hours.to_change(request.desk, clinician_id)
    record = sheet.record(record_id)
    if request.method == "POST":
        form = WeekForm(request.POST, desk=request.desk, record=record)
        return _again(request, sheet, form, record=record) or _save(request, sheet, form, record)
    typed = drafts.opened(request)
    if typed:
        return _editor(request, sheet, WeekForm(desk=request.desk, typed=typed, record=record))
    filled = {
        "intent": writes.mint(request.desk),
        "seen": seen_token(record),
        "name": record.name,
        "first": record.first,
        "last": end_of(record),
    }
    return _editor(request, sheet, WeekForm(desk=request.desk, record=record, initial=filled))


def _again(request: DeskRequest, sheet: Sheet, form: WeekForm, **of: Any) -> HttpResponse | None:
    """The answer to a press that asks for the form only: what stands beside the fields, another row, a day's button."""
    if "total" in request.POST:
        change = change_of(_difference(request, sheet, form))
        told = {"beside": _beside(request, sheet, form), "change": change, "zone": sheet.zone.key}
        return render_part(request, EDITOR, told, part="total")
    shown = WeekForm(desk=request.desk, typed=request.POST, **of)
    weekday = request.POST.get("add", "")
    if weekday in {str(day.weekday) for day in form.days}:
        shown.add_row(int(weekday))
    elif not pressed(shown, request.POST):
        return None
    return _editor(request, sheet, shown)


def _beside(request: DeskRequest, sheet: Sheet, form: WeekForm) -> Beside:
    return beside(form, sheet.zone, sheet.today, contracts.minutes_of(request.desk, sheet.clinician.id))


def _difference(request: DeskRequest, sheet: Sheet, form: WeekForm) -> Difference | None:
    """What the typed hours gain and lose; None where nothing was typed, or nothing that can be saved."""
    sent = form.data if form.is_bound else form.as_sent()
    checked = WeekForm(sent, desk=request.desk, record=form.record, pattern=form.known)
    if not (form.is_bound or form.typed) or not checked.is_valid():
        return None
    return hours_difference.of_plan(sheet, _plan(sheet, checked), request.desk.now)


def _editor(
    request: DeskRequest,
    sheet: Sheet,
    form: WeekForm,
    *,
    asked: Consequences | None = None,
    status: int = 200,
    flagged: bool = False,
    others: tuple[Line, ...] = (),
) -> HttpResponse:
    record = form.record
    told = {
        "clinician": sheet.clinician,
        "sheet": sheet,
        "zone": sheet.zone.key,
        "form": form,
        "record": record,
        "record_name": name_of(record) if record else "",
        "record_words": record_in_words(record) if record else "",
        "beside": _beside(request, sheet, form),
        "change": change_of(_difference(request, sheet, form)),
        "asked": asked,
        "others": others,
        "flagged": flagged,
        "unread": _unread(sheet, record),
        "locked": locked_days(request.desk, sheet, record.first if record else None),
        "form_action": request.path,
        "back": reverse("hours-of", args=[sheet.clinician.id]),
        "end_url": reverse("hours-end", args=[sheet.clinician.id, record.id]) if record else "",
    }
    return render_part(request, EDITOR, told, part="editor", status=status)


def _unread(sheet: Sheet, record: WorkHours | None) -> str:
    """Why neither this record nor, with gaps in the listing, any other may be saved; empty where it may."""
    if sheet.complete and (record is None or record.whole):
        return ""
    return unread_in_words(NotReadWhole(record if sheet.complete else None))


def _draft(sheet: Sheet, form: WeekForm) -> WorkHoursDraft:
    told, record = form.cleaned_data, form.record
    base = draft_of(record) if record else WorkHoursDraft(sheet.clinician.id, told["first"], None, ())
    return replace(
        base,
        first=told["first"],
        last=form.last_day(),
        days=form.day_hours(),
        name=told["name"],
        rule=form.rule,
    )


def _others(request: DeskRequest, record: WorkHours) -> tuple[Line, ...]:
    """What was done with the record through Daybook since this form of it was opened."""
    return lines_of(hours_history.since_opened(request.desk, record.id, request.POST.get("intent", "")))


def _plan(sheet: Sheet, form: WeekForm) -> Plan:
    draft = _draft(sheet, form)
    return plan_edit(form.record, draft, sheet.records) if form.record else plan_new(draft, sheet.records)


def _save(request: DeskRequest, sheet: Sheet, form: WeekForm, record: WorkHours | None) -> HttpResponse:
    """Check what was typed and save it."""
    before = sent_before(request, sheet)
    if before:
        return before
    unread = _unread(sheet, record)
    others: tuple[Line, ...] = ()
    if unread:
        form.is_valid()
        form.add_error(None, unread)
    elif record and form.is_valid() and form.cleaned_data["seen"] != seen_token(record):
        form = WeekForm(sent_with(request, seen=seen_token(record)), desk=request.desk, record=record)
        form.say_what_counts()
        form.add_error(None, CHANGED)
        others = _others(request, record)
        drafts.keep(request)
    if not form.is_valid():
        return _editor(request, sheet, form, status=422, others=others)
    flags = _beside(request, sheet, form).token
    if flags and request.POST.get("flags_seen") != flags:
        return _editor(request, sheet, form, flagged=True)
    plan = _plan(sheet, form)
    if plan.changes_nothing:
        messages.info(request, _("Nothing was changed."))
        return leave_to_hours(request, sheet)

    def fresh(sent: Mapping[str, Any]) -> WeekForm:
        return WeekForm(sent, desk=request.desk, record=record)

    seen = hours_difference.of_plan(sheet, plan, request.desk.now).token == request.POST.get("change_seen", "")
    return carry_out(request, sheet, plan, form, fresh, _editor, loss_seen=seen)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: DeskRequest, clinician_id: UUID, record_id: UUID) -> HttpResponse:
    """End a record early: the API knows no delete, an earlier last day does it."""
    sheet = work_hours.to_change(request.desk, clinician_id)
    record = sheet.record(record_id)
    if request.method == "POST":
        return sent_before(request, sheet) or _end(request, sheet, record)
    last, typed = max(record.first, sheet.today), drafts.opened(request)
    filled = {"intent": writes.mint(request.desk), "seen": seen_token(record), "last": last}
    filled |= typed.dict() if typed else {}
    return _end_form(request, sheet, EndForm(desk=request.desk, record=record, initial=filled))


def _end(request: DeskRequest, sheet: Sheet, record: WorkHours) -> HttpResponse:
    def fresh(sent: Mapping[str, Any]) -> EndForm:
        return EndForm(sent, desk=request.desk, record=record)

    form, unread = fresh(request.POST), _unread(sheet, record)
    others: tuple[Line, ...] = ()
    if unread:
        form.is_valid()
        form.add_error(None, unread)
    elif form.is_valid() and form.cleaned_data["seen"] != seen_token(record):
        form = fresh(sent_with(request, seen=seen_token(record)))
        form.add_error(None, CHANGED)
        others = _others(request, record)
        drafts.keep(request)
    if not form.is_valid():
        return _end_form(request, sheet, form, status=422, others=others)
    plan = Plan((Step(replace(draft_of(record), last=form.cleaned_data["last"]), record),))
    return carry_out(request, sheet, plan, form, fresh, _end_form)


def _end_form(
    request: DeskRequest,
    sheet: Sheet,
    form: EndForm,
    *,
    asked: Consequences | None = None,
    status: int = 200,
    others: tuple[Line, ...] = (),
) -> HttpResponse:
    told = {
        "clinician": sheet.clinician,
        "zone": sheet.zone.key,
        "form": form,
        "record_name": name_of(form.record),
        "record_words": record_in_words(form.record),
        "coming": form.record.first > sheet.today,
        "asked": asked,
        "others": others,
        "unread": _unread(sheet, form.record),
        "locked": locked_days(request.desk, sheet),
        "form_action": request.path,
        "back": reverse("hours-of", args=[sheet.clinician.id]),
        "edit_url": reverse("hours-edit", args=[sheet.clinician.id, form.record.id]),
    }
    return render_part(request, ENDING, told, part="editor", status=status)
