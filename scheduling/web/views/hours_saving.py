"""From a checked form of hours to an answer: ask first, do it as one run, and tell what came of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.ledger.models import Run, RunPart
from scheduling.services import drafts as kept_forms
from scheduling.services import hours_locks, options, runs, work_hours, writes
from scheduling.services.hours_locks import HoursLocked
from scheduling.services.hours_plan import NotReadWhole, Plan, applied
from scheduling.services.options import Options
from scheduling.services.run_parts import Wish
from scheduling.services.runs import Told
from scheduling.services.week import week_holding
from scheduling.services.work_hours import Preview, Sheet
from scheduling.services.writes import Ending, LedgerBusy
from scheduling.web import answers, drafts, impact
from scheduling.web.forms.base import IntentForm
from scheduling.web.hours_change import consequences_of, unread_in_words
from scheduling.web.hours_locks import refusal
from scheduling.web.htmx import DeskRequest, leave
from scheduling.web.runs import why_of
from scheduling.welkin.errors import Refused, WelkinError

Sendable = TypeVar("Sendable", bound=IntentForm)
State = RunPart.State


def carry_out(
    request: DeskRequest,
    sheet: Sheet,
    plan: Plan,
    form: Sendable,
    fresh: Callable[[Mapping[str, Any]], Sendable],
    show: Callable[..., HttpResponse],
    *,
    loss_seen: bool = False,
    besides: Sequence[Wish] = (),
) -> HttpResponse:
    """Ask first where somebody should know something, then do it. A clear no comes back in a `fresh` form.

    `loss_seen`: the form showed which hours are lost, so that these alone are no reason to ask. `besides`: what else
    is done right after the hours.
    """
    try:
        preview = work_hours.preview(request.desk, sheet, plan)
        rights = options.of(request.desk, preview.impact)
        chosen = impact.chosen(rights, request.POST, every=True)
        confirmed = request.POST.get("confirm") == preview.token and impact.OFFER not in request.POST
        if not (confirmed and chosen.complete):
            offered = _offered(request, sheet, preview, rights)
            errors = chosen.errors if confirmed else {}
            asked = consequences_of(preview, sheet, offered, request.POST, errors)
            if asked.worth_asking or (preview.impact.lost and not loss_seen):
                return show(request, sheet, form, asked=asked, status=422 if errors else 200)
        told = _apply(request, sheet, plan, form, (*besides, *chosen.wishes))
    except (NotReadWhole, HoursLocked, LedgerBusy, WelkinError) as unsent:
        form.add_error(None, _unsent(request, sheet, unsent))
        return show(request, sheet, form, status=422)
    return _ended(request, sheet, told) or _refused(request, sheet, told, fresh, show)


def _offered(request: DeskRequest, sheet: Sheet, preview: Preview, rights: Sequence[Options]) -> tuple[Options, ...]:
    after = applied(preview.plan, sheet.records, request.desk.now)
    return options.offered(
        request.desk,
        rights,
        records={sheet.clinician.id: after},
        asked=request.POST.get(impact.OFFER, ""),
        chosen=impact.colleagues_chosen(rights, request.POST),
    )


def _apply(request: DeskRequest, sheet: Sheet, plan: Plan, form: IntentForm, wishes: Sequence[Wish]) -> Told:
    """The run, begun. Raises LedgerBusy, and WelkinError where not even the first step could be sent."""
    parts = runs.wishes_of(plan, wishes)
    person = sheet.clinician.id
    run_id = runs.start(request.desk, form.cleaned_data["intent"], Run.Cause.HOURS, person, parts)
    told = runs.advance(request.desk, run_id)
    if told.parts[0].state == State.WAITING and isinstance(told.trouble, WelkinError | LedgerBusy):
        raise told.trouble
    return told


def _unsent(request: DeskRequest, sheet: Sheet, why: Exception) -> str:
    """Why nothing was saved; what was typed is kept."""
    if isinstance(why, NotReadWhole | HoursLocked):
        drafts.keep(request)
    if isinstance(why, NotReadWhole):
        return unread_in_words(why)
    if isinstance(why, HoursLocked):
        return refusal(why, hours_locks.lifters(request.desk, sheet.clinician.id))
    return answers.kept_from(request, why)[0]


def _refused(
    request: DeskRequest,
    sheet: Sheet,
    told: Told,
    fresh: Callable[[Mapping[str, Any]], Sendable],
    show: Callable[..., HttpResponse],
) -> HttpResponse:
    """The main change was not made: the form again, under the intent to send it by."""
    follower = kept_forms.next_intent(request.desk, request.POST.get("intent", ""))
    drafts.keep(request, follower)
    refused = fresh(sent_with(request, intent=follower))
    refused.add_error(None, _refusal(request, told))
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
    run = runs.of_intent(request.desk, key)
    if run and len(run.parts) > 1 and not run.complete:
        return leave(request, reverse("run", args=[run.id]))
    if outcome.confirmed:
        messages.info(request, _("This was saved already."))
        return leave_to_hours(request, sheet)
    return leave(request, reverse("outcome", args=[key]))


def _ended(request: DeskRequest, sheet: Sheet, told: Told) -> HttpResponse | None:
    """The answer when something was done or may have been; None when the main change was not made."""
    main = told.parts[0]
    if main.state == State.FAILED:
        return None
    if main.open and len(told.parts) == 1:
        return leave(request, reverse("outcome", args=[main.intent]))
    visited = any(part.wish and part.wish.visit for part in told.parts)
    if told.complete and not visited:
        messages.success(request, _("The hours are saved."))
        first = main.wish.step.draft.first if main.wish and main.wish.step else None
        return leave_to_hours(request, sheet, first)
    return leave(request, reverse("run", args=[told.id]))


def _refusal(request: DeskRequest, told: Told) -> str:
    error = told.trouble
    if told.parts[0].code not in ("", "refused"):
        return why_of(request.desk, told.parts[0])
    said = [error.reason, *error.details.values()] if isinstance(error, Refused) else []
    reason = "; ".join(text for text in said if text) or _("it gave no reason.")
    return _("The calendar service refused this: %(reason)s") % {"reason": reason}


def leave_to_hours(request: DeskRequest, sheet: Sheet, first: date | None = None) -> HttpResponse:
    """Back to the hours; to the week in which they begin to differ, where that is to come."""
    back = reverse("hours-of", args=[sheet.clinician.id])
    week = week_holding(first) if first and first > sheet.week.days[-1] else None
    return leave(request, f"{back}?week={week}" if week else back)
