"""The hours that a clinician works: looking at them and setting them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from scheduling.domain.week import Week
from scheduling.domain.work_hours import WorkHours
from scheduling.services import drafts as kept_forms
from scheduling.services import work_hours, writes
from scheduling.services.hours_plan import NotReadWhole, Plan, Step, draft_of, end_of, plan_edit, plan_new, seen_token
from scheduling.services.week import week_holding
from scheduling.services.work_hours import Report, Sheet
from scheduling.services.writes import Ending, LedgerBusy
from scheduling.web import answers, drafts
from scheduling.web.forms.hours import EndForm, WeekForm
from scheduling.web.hours import page_of
from scheduling.web.hours_change import Consequences, consequences_of, lines_of, unread_in_words
from scheduling.web.hours_words import length, name_of, record_in_words
from scheduling.web.htmx import DeskRequest, leave, render_part
from scheduling.welkin.drafts import WorkHoursDraft
from scheduling.welkin.errors import Refused, WelkinError

EDITOR = "hours/edit.html"
ENDING = "hours/end.html"
CHANGED = gettext_lazy(
    "Somebody has changed this record since you opened it. "
    "Below is what you typed; look at what it says now and save again."
)


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
    """The answer to a press that asks for the form only: another row, or the total of the week."""
    if "total" in request.POST:
        return render_part(request, EDITOR, {"total": length(form.total)}, part="total")
    weekday = request.POST.get("add", "")
    if weekday not in {str(day.weekday) for day in form.days}:
        return None
    shown = WeekForm(desk=request.desk, typed=request.POST, **of)
    shown.add_row(int(weekday))
    return _editor(request, sheet, shown)


def _editor(
    request: DeskRequest, sheet: Sheet, form: WeekForm, *, asked: Consequences | None = None, status: int = 200
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
        "total": length(form.total),
        "asked": asked,
        "unread": _unread(sheet, record),
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


def _save(request: DeskRequest, sheet: Sheet, form: WeekForm, record: WorkHours | None) -> HttpResponse:
    """Check what was typed and save it."""
    before = _sent_before(request, sheet)
    if before:
        return before
    unread = _unread(sheet, record)
    if unread:
        form.is_valid()
        form.add_error(None, unread)
    elif record and form.is_valid() and form.cleaned_data["seen"] != seen_token(record):
        form = WeekForm(_with(request, seen=seen_token(record)), desk=request.desk, record=record)
        form.add_error(None, CHANGED)
        drafts.keep(request)
    if not form.is_valid():
        return _editor(request, sheet, form, status=422)
    draft = _draft(sheet, form)
    plan = plan_edit(record, draft, sheet.records) if record else plan_new(draft, sheet.records)
    if plan.changes_nothing:
        messages.info(request, _("Nothing was changed."))
        return _leave(request, sheet)

    def fresh(sent: Mapping[str, Any]) -> WeekForm:
        return WeekForm(sent, desk=request.desk, record=record)

    return _carry_out(request, sheet, plan, form, fresh, _editor)


Sendable = TypeVar("Sendable", WeekForm, EndForm)


def _carry_out(
    request: DeskRequest,
    sheet: Sheet,
    plan: Plan,
    form: Sendable,
    fresh: Callable[[Mapping[str, Any]], Sendable],
    show: Callable[..., HttpResponse],
) -> HttpResponse:
    """Ask first where somebody should know something, then save. A clear no comes back in a `fresh` form."""
    try:
        asked = consequences_of(work_hours.preview(request.desk, sheet, plan), sheet, request.desk)
        if asked.worth_asking and request.POST.get("confirm") != asked.token:
            return show(request, sheet, form, asked=asked)
        report = work_hours.save(request.desk, plan, form.cleaned_data["intent"])
    except (NotReadWhole, LedgerBusy, WelkinError) as unsent:
        form.add_error(None, _unsent(request, unsent))
        return show(request, sheet, form, status=422)
    return _ended(request, sheet, report) or _refused(request, sheet, report, fresh, show)


def _unsent(request: DeskRequest, why: Exception) -> str:
    """Why nothing was saved; what was typed is kept."""
    if isinstance(why, NotReadWhole):
        drafts.keep(request)
        return unread_in_words(why)
    return answers.kept_from(request, why)[0]


def _refused(
    request: DeskRequest,
    sheet: Sheet,
    report: Report,
    fresh: Callable[[Mapping[str, Any]], Sendable],
    show: Callable[..., HttpResponse],
) -> HttpResponse:
    """The API said no to the whole: the form again, under the intent to send it by."""
    follower = kept_forms.next_intent(request.desk, request.POST.get("intent", ""))
    drafts.keep(request, follower)
    refused = fresh(_with(request, intent=follower))
    refused.add_error(None, _refusal(report))
    return show(request, sheet, refused, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: DeskRequest, clinician_id: UUID, record_id: UUID) -> HttpResponse:
    """End a record early: the API knows no delete, an earlier last day does it."""
    sheet = work_hours.to_change(request.desk, clinician_id)
    record = sheet.record(record_id)
    if request.method == "POST":
        return _sent_before(request, sheet) or _end(request, sheet, record)
    last, typed = max(record.first, sheet.today), drafts.opened(request)
    filled = {"intent": writes.mint(request.desk), "seen": seen_token(record), "last": last}
    filled |= typed.dict() if typed else {}
    return _end_form(request, sheet, EndForm(desk=request.desk, record=record, initial=filled))


def _end(request: DeskRequest, sheet: Sheet, record: WorkHours) -> HttpResponse:
    def fresh(sent: Mapping[str, Any]) -> EndForm:
        return EndForm(sent, desk=request.desk, record=record)

    form, unread = fresh(request.POST), _unread(sheet, record)
    if unread:
        form.is_valid()
        form.add_error(None, unread)
    elif form.is_valid() and form.cleaned_data["seen"] != seen_token(record):
        form = fresh(_with(request, seen=seen_token(record)))
        form.add_error(None, CHANGED)
        drafts.keep(request)
    if not form.is_valid():
        return _end_form(request, sheet, form, status=422)
    plan = Plan((Step(replace(draft_of(record), last=form.cleaned_data["last"]), record),))
    return _carry_out(request, sheet, plan, form, fresh, _end_form)


def _end_form(
    request: DeskRequest, sheet: Sheet, form: EndForm, *, asked: Consequences | None = None, status: int = 200
) -> HttpResponse:
    told = {
        "clinician": sheet.clinician,
        "zone": sheet.zone.key,
        "form": form,
        "record_name": name_of(form.record),
        "record_words": record_in_words(form.record),
        "coming": form.record.first > sheet.today,
        "asked": asked,
        "unread": _unread(sheet, form.record),
        "form_action": request.path,
        "back": reverse("hours-of", args=[sheet.clinician.id]),
        "edit_url": reverse("hours-edit", args=[sheet.clinician.id, form.record.id]),
    }
    return render_part(request, ENDING, told, part="editor", status=status)


def _with(request: DeskRequest, **values: str) -> Mapping[str, Any]:
    """What was sent, with some hidden values put in anew."""
    sent = request.POST.copy()
    for name, value in values.items():
        sent[name] = value
    return sent


def _sent_before(request: DeskRequest, sheet: Sheet) -> HttpResponse | None:
    """The answer for a form that was sent before: where its outcome can be seen."""
    key = request.POST.get("intent", "")
    outcome = writes.earlier(request.desk, key) if key else None
    if outcome is None or outcome.ending is Ending.REFUSED:
        return None
    if outcome.confirmed:
        messages.info(request, _("This was saved already."))
        return _leave(request, sheet)
    return leave(request, reverse("outcome", args=[key]))


def _ended(request: DeskRequest, sheet: Sheet, report: Report) -> HttpResponse | None:
    """The answer when something was done or may have been; None when the API said no to the whole."""
    outcome = report.main.outcome
    if outcome is None or outcome.ending is Ending.REFUSED:
        return None
    if not outcome.confirmed:
        return leave(request, reverse("outcome", args=[outcome.intent]))
    if report.complete:
        messages.success(request, _("The hours are saved."))
        return _leave(request, sheet, report.main.step.draft.first)
    told = {
        "clinician": sheet.clinician,
        "lines": lines_of(report),
        "back": reverse("hours-of", args=[sheet.clinician.id]),
    }
    return render_part(request, "hours/report.html", told, part="editor")


def _refusal(report: Report) -> str:
    error = report.main.outcome.error if report.main.outcome else None
    told = [error.reason, *error.details.values()] if isinstance(error, Refused) else []
    reason = "; ".join(text for text in told if text) or _("it gave no reason.")
    return _("The calendar service refused this: %(reason)s") % {"reason": reason}


def _leave(request: DeskRequest, sheet: Sheet, first: date | None = None) -> HttpResponse:
    """Back to the hours; to the week in which they begin to differ, where that is to come."""
    back = reverse("hours-of", args=[sheet.clinician.id])
    week = week_holding(first) if first and first > sheet.week.days[-1] else None
    return leave(request, f"{back}?week={week}" if week else back)
