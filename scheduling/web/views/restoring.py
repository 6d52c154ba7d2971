"""Undo of a cancel: the dialog that sets the same visit back to scheduled, with what stands against that by now."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.domain import rules
from scheduling.domain.rules import Reason
from scheduling.services import presence, restoring, writes
from scheduling.services.changing import AppointmentChanged, NotPossible, OthersUnderWay, PlacementRejected
from scheduling.services.placing import Checked
from scheduling.services.versions import version
from scheduling.services.writes import LedgerBusy
from scheduling.web import answers, drafts, placement, visits, words
from scheduling.web.forms.restoring import RestoreForm
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.views.appointments import openable, refused_to_open
from scheduling.web.views.panel import changed_panel
from scheduling.web.visits import Brief
from scheduling.welkin.errors import WelkinError

EXPECTED = (AppointmentChanged, NotPossible, LedgerBusy, WelkinError)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Set a cancelled visit back to scheduled, after saying whether its time is still free."""
    if request.method != "POST":
        try:
            return _open(request, event_id)
        except NotPossible as refused:
            return refused_to_open(request, refused)
    form = RestoreForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return _page(request, event_id, form, status=answers.REFUSED)
    return _restore(request, event_id, form)


def _open(request: DeskRequest, event_id: UUID) -> HttpResponse:
    desk = request.desk
    event = openable(desk, event_id, "appointment.cancel", rules.restorable)
    restoring.require(desk, event)
    typed = drafts.opened(request)
    initial = {"intent": writes.mint(desk), "seen": version(event), **(typed.dict() if typed else {})}
    presence.opened(desk, event, str(initial["intent"]))
    form = RestoreForm(desk=desk, initial=initial)
    checked = restoring.check(desk, event)
    return _page(request, event_id, form, checked=checked, now=visits.brief(desk, event))


def _restore(request: DeskRequest, event_id: UUID, form: RestoreForm) -> HttpResponse:
    desk, data = request.desk, form.cleaned_data
    try:
        done = restoring.restore(desk, data["intent"], event_id, seen=data["seen"], reason=data["reason"])
    except PlacementRejected as rejected:
        return _taken(request, event_id, form, rejected.checked)
    except EXPECTED as trouble:
        return _not_restored(request, event_id, form, trouble)
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed:
        answers.refused(request, form, done.outcome)
        return _page(request, event_id, form, status=answers.REFUSED)
    to = reverse("appointment", args=[event_id])
    return answers.succeeded(request, _("Set back to scheduled."), to=to, parts=changed_panel(request, done), done=done)


def _page(
    request: DeskRequest,
    event_id: UUID,
    form: RestoreForm,
    *,
    status: int = 200,
    checked: Checked | None = None,
    now: Brief | None = None,
    **more: Any,
) -> HttpResponse:
    """The dialog, with what stands against it. `more` goes into the page, `possible=False`: there is no button then."""
    context = {"event_id": event_id, "now": now or visits.brief_sent(form.data), "possible": True}
    context |= _against(request, form, checked) if checked else {"reason_alone": bool(form["reason"].value())}
    return render_part(request, "appointments/restore.html", {"form": form, **context, **more}, status=status)


def _against(request: DeskRequest, form: RestoreForm, checked: Checked) -> dict[str, Any]:
    """What a check says. Where the login may go ahead over it, the check asks for the reason; else there is no button.

    A reason that was typed stays on the page, also where nothing asks for it just now.
    """
    check = placement.view(request.desk, checked, [])
    if not check.blocked:
        return {"check": check, "reason_alone": bool(form["reason"].value())}
    form.ask_why()
    another = visits.finding_anew(request.desk, checked.placement)
    return {"check": check, "possible": check.may_override, "another": another}


def _taken(request: DeskRequest, event_id: UUID, form: RestoreForm, checked: Checked) -> HttpResponse:
    """Its time was given to somebody else meanwhile, or something else stands against it."""
    drafts.keep(request)
    if checked.may_override(request.desk):
        form.add_error("reason", _("Say why it should take place all the same, or close this and book another time."))
    else:
        form.add_error(None, _("It cannot be set back: its time is not free any more. Book another time."))
    return _page(request, event_id, form, status=answers.REFUSED, checked=checked)


def _not_restored(request: DeskRequest, event_id: UUID, form: RestoreForm, trouble: Exception) -> HttpResponse:
    """The dialog again and why it was not done; without its button where it can be done no more."""
    over = _over(request, trouble)
    if over:
        form.add_error(None, str(words.REASONS[over]))
        return _page(request, event_id, form, status=answers.REFUSED, possible=False)
    sentence, status = answers.kept_from(request, trouble)
    form.add_error(None, sentence)
    if not isinstance(trouble, AppointmentChanged) or isinstance(trouble, OthersUnderWay):
        return _page(request, event_id, form, status=status)
    event = trouble.event
    answers.set_field(form, "seen", version(event))
    theirs = visits.differences(request.desk, event, trouble.parts)
    return _page(request, event_id, form, status=status, now=visits.brief(request.desk, event), theirs=theirs)


def _over(request: DeskRequest, trouble: Exception) -> Reason | None:
    """Why the visit, as it is by now, cannot be set back at all: somebody else did so already, or its time is over."""
    if isinstance(trouble, OthersUnderWay) or not isinstance(trouble, AppointmentChanged | NotPossible):
        return None
    return restoring.refused(trouble.event, request.desk.now)
