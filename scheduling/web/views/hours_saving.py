"""From a checked form of hours to an answer: ask first, save, and tell what came of it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.services import drafts as kept_forms
from scheduling.services import work_hours, writes
from scheduling.services.hours_plan import NotReadWhole, Plan
from scheduling.services.week import week_holding
from scheduling.services.work_hours import Report, Sheet
from scheduling.services.writes import Ending, LedgerBusy
from scheduling.web import answers, drafts
from scheduling.web.forms.hours import EndForm, WeekForm
from scheduling.web.hours_change import consequences_of, lines_of, unread_in_words
from scheduling.web.htmx import DeskRequest, leave, render_part
from scheduling.welkin.errors import Refused, WelkinError

Sendable = TypeVar("Sendable", WeekForm, EndForm)


def carry_out(
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
    refused = fresh(sent_with(request, intent=follower))
    refused.add_error(None, _refusal(report))
    return show(request, sheet, refused, status=422)


def sent_with(request: DeskRequest, **values: str) -> Mapping[str, Any]:
    """What was sent, with some hidden values put in anew."""
    sent = request.POST.copy()
    for name, value in values.items():
        sent[name] = value
    return sent


def sent_before(request: DeskRequest, sheet: Sheet) -> HttpResponse | None:
    """The answer for a form that was sent before: where its outcome can be seen."""
    key = request.POST.get("intent", "")
    outcome = writes.earlier(request.desk, key) if key else None
    if outcome is None or outcome.ending is Ending.REFUSED:
        return None
    if outcome.confirmed:
        messages.info(request, _("This was saved already."))
        return leave_to_hours(request, sheet)
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
        return leave_to_hours(request, sheet, report.main.step.draft.first)
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


def leave_to_hours(request: DeskRequest, sheet: Sheet, first: date | None = None) -> HttpResponse:
    """Back to the hours; to the week in which they begin to differ, where that is to come."""
    back = reverse("hours-of", args=[sheet.clinician.id])
    week = week_holding(first) if first and first > sheet.week.days[-1] else None
    return leave(request, f"{back}?week={week}" if week else back)
