"""What becomes of a visit: cancel, delete, mark, attendance."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from scheduling.domain import rules
from scheduling.domain.event import Event, EventStatus
from scheduling.services import changing, closing, presence, writes
from scheduling.services.changing import (
    AppointmentChanged,
    Done,
    NothingToChange,
    NotPossible,
    OthersUnderWay,
    Rule,
)
from scheduling.services.versions import version
from scheduling.services.writes import LedgerBusy
from scheduling.web import answers, drafts, history_offer, visits, words
from scheduling.web.forms.appointments import CancelForm, DeleteForm, SeenForm
from scheduling.web.htmx import DeskRequest, is_part, render_part, with_triggers
from scheduling.web.views.appointments import openable, refused_to_open
from scheduling.web.views.panel import changed_panel, explained, panel_with
from scheduling.welkin.errors import WelkinError

EXPECTED = (AppointmentChanged, NotPossible, LedgerBusy, WelkinError)


def _open(
    request: DeskRequest, event_id: UUID, action: str, rule: Rule, kind: type[SeenForm], template: str
) -> HttpResponse:
    try:
        event = openable(request.desk, event_id, action, rule)
    except NotPossible as refused:
        return refused_to_open(request, refused)
    typed = drafts.opened(request)
    initial = {"intent": writes.mint(request.desk), "seen": version(event), **(typed.dict() if typed else {})}
    presence.opened(request.desk, event, str(initial["intent"]))
    form = kind(desk=request.desk, initial=initial)
    return render_part(
        request, template, {"form": form, "event_id": event_id, "now": visits.brief(request.desk, event)}
    )


def _again(request: DeskRequest, form: SeenForm, template: str, event_id: UUID, trouble: Exception) -> HttpResponse:
    """The question again, with what was typed and why it was not done."""
    sentence, status = answers.kept_from(request, trouble)
    context: dict[str, Any] = {"form": form, "event_id": event_id, "now": visits.brief_sent(request.POST)}
    form.add_error(None, sentence)
    if isinstance(trouble, AppointmentChanged) and not isinstance(trouble, OthersUnderWay):
        answers.set_field(form, "seen", version(trouble.event))
        context["theirs"] = visits.differences(request.desk, trouble.event, trouble.parts)
    return render_part(request, template, context, status=status)


def _refused(request: DeskRequest, form: SeenForm, template: str, event_id: UUID, done: Done) -> HttpResponse:
    answers.refused(request, form, done.outcome)
    return _incomplete(request, form, template, event_id)


def _incomplete(request: DeskRequest, form: SeenForm, template: str, event_id: UUID) -> HttpResponse:
    context = {"form": form, "event_id": event_id, "now": visits.brief_sent(request.POST)}
    return render_part(request, template, context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Cancel with a reason, after saying what that does."""
    template = "appointments/cancel.html"
    if request.method != "POST":
        return _open(request, event_id, "appointment.cancel", rules.cancellable, CancelForm, template)
    form = CancelForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return _incomplete(request, form, template, event_id)
    data = form.cleaned_data
    try:
        done = closing.cancel(request.desk, data["intent"], event_id, seen=data["seen"], reason=data["reason"])
    except EXPECTED as trouble:
        return _again(request, form, template, event_id, trouble)
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed:
        return _refused(request, form, template, event_id, done)
    to = reverse("appointment", args=[event_id])
    return answers.succeeded(request, _("Cancelled."), to=to, parts=changed_panel(request, done), done=done)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Delete a future visit for good, after saying what that does."""
    template = "appointments/delete.html"
    if request.method != "POST":
        return _open(request, event_id, "appointment.delete", rules.deletable, DeleteForm, template)
    form = DeleteForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return _incomplete(request, form, template, event_id)
    data = form.cleaned_data
    try:
        done = closing.delete(request.desk, data["intent"], event_id, seen=data["seen"])
    except EXPECTED as trouble:
        return _again(request, form, template, event_id, trouble)
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed:
        return _refused(request, form, template, event_id, done)
    gone = render_to_string("appointments/gone.html", {"oob": True}, request)
    return answers.succeeded(request, _("Deleted."), to=reverse("home"), parts=gone, done=done)


# --- Small forms of the panel -----------------------------------------------------------------------------------------


def answered_in_place(request: DeskRequest, event_id: UUID, done: Done, text: str) -> HttpResponse:
    """The panel as it is now in the place of the old one, with a toast; a redirect without htmx.

    Raises NotAllowed where the login may not see the visit, WelkinError.
    """
    if done.open:
        return answers.not_known_yet(done)
    event = done.event or changing.read(request.desk, event_id)
    changing.require_names(request.desk, event)
    if not done.confirmed:
        return panel_with(request, event, answers.reason_of(done.outcome.error), 422)
    offered = history_offer.offer(request.desk, done)
    if not is_part(request):
        answers.told(request, text, offered)
        return redirect("appointment", event_id)
    shown = {"visit": visits.view(request.desk, event), "toast": text, "offer": offered}
    part = render_part(request, "appointments/show.html", shown)
    return with_triggers(part, **{"appointment-changed": True})


@require_POST
def mark(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Say that the visit took place or was missed."""
    status = request.POST.get("status", "")
    if status not in closing.MARKS:
        raise Http404
    chosen = EventStatus(status)
    intent, seen = request.POST.get("intent", ""), request.POST.get("seen", "")
    try:
        done = closing.mark(request.desk, intent, event_id, seen=seen, status=chosen)
    except (AppointmentChanged, NotPossible) as trouble:
        return explained(request, trouble)
    return answered_in_place(request, event_id, done, _("Marked: %(status)s.") % {"status": words.STATUSES[chosen]})


@require_POST
def attendance(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Note whether one participant came."""
    try:
        person = UUID(request.POST.get("person", ""))
    except ValueError as broken:
        raise Http404 from broken
    came = request.POST.get("attended") == "yes"
    intent, seen = request.POST.get("intent", ""), request.POST.get("seen", "")
    try:
        done = closing.attend(request.desk, intent, event_id, person, attended=came, seen=seen)
    except (AppointmentChanged, NotPossible) as trouble:
        return explained(request, trouble)
    except NothingToChange:
        return panel_with(request, _fresh(request, event_id), _("Somebody noted this already."), 200)
    return answered_in_place(request, event_id, done, _noted(done, came))


def _noted(done: Done, came: bool) -> str:
    text = _("Noted: came.") if came else _("Noted: did not come.")
    if not done.outcome.facts.get("others"):
        return text
    return f"{text} {_('What is known of others changed in the same moment: look at the list.')}"


def _fresh(request: DeskRequest, event_id: UUID) -> Event:
    return changing.read(request.desk, event_id)
