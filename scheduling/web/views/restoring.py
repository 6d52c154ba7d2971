"""Undo of a cancel: the visit is scheduled again, after saying what stands against its time by now."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.domain.event import Event
from scheduling.services import changing, restoring, writes
from scheduling.services.changing import AppointmentChanged, Done, NotPossible, OthersUnderWay, PlacementRejected
from scheduling.services.versions import version
from scheduling.services.writes import LedgerBusy
from scheduling.web import answers, clock, drafts, placement, visits
from scheduling.web.forms.appointments import RestoreForm
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.placement import CheckView
from scheduling.web.views.appointments import ended, refused_to_open
from scheduling.welkin.errors import WelkinError

TEMPLATE = "appointments/restore.html"
EXPECTED = (AppointmentChanged, NotPossible, LedgerBusy, WelkinError)


@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Set a cancelled visit that is still to come back to scheduled."""
    if request.method == "POST":
        return _restore(request, event_id)
    try:
        return _open(request, event_id)
    except NotPossible as refused:
        return refused_to_open(request, refused)


def _open(request: DeskRequest, event_id: UUID) -> HttpResponse:
    desk = request.desk
    event = changing.read(desk, event_id)
    restoring.require(desk, event)
    changing.allow(restoring.refused, event, desk.now)
    typed = drafts.opened(request)
    told = {"seen": version(event), **(typed.dict() if typed else {"intent": writes.mint(desk)})}
    return _shown(request, event_id, RestoreForm(desk=desk, initial=told), check=_check(request, event), event=event)


def _check(request: DeskRequest, event: Event) -> CheckView:
    return placement.view(request.desk, restoring.check(request.desk, event), [])


def _shown(
    request: DeskRequest,
    event_id: UUID,
    form: RestoreForm,
    *,
    check: CheckView | None = None,
    event: Event | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    now = visits.brief(request.desk, event) if event else visits.brief_sent(request.POST)
    if check and check.blocked:
        form.ask_why()
    told = {"form": form, "event_id": event_id, "now": now, "check": check, **more}
    return render_part(request, TEMPLATE, told, status=status)


def _restore(request: DeskRequest, event_id: UUID) -> HttpResponse:
    desk, form = request.desk, RestoreForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return _shown(request, event_id, form, status=422)
    data = form.cleaned_data
    try:
        done = restoring.restore(desk, data["intent"], event_id, seen=data["seen"], reason=data["reason"])
    except PlacementRejected as rejected:
        drafts.keep(request)
        check = placement.view(desk, rejected.checked, [])
        _ask_why(form, check)
        return _shown(request, event_id, form, check=check, status=422)
    except EXPECTED as trouble:
        return _again(request, event_id, form, trouble)
    again = lambda: _shown(request, event_id, form, status=422)  # noqa: E731
    return ended(request, form, again, event_id, done, lambda done: _told(request, done))


def _ask_why(form: RestoreForm, check: CheckView) -> None:
    if check.may_override:
        form.add_error("reason", _("Its time is taken by now. Say why it should stand there all the same."))
    else:
        form.add_error(None, _("Its time is taken by now. Book a new visit at another time."))


def _again(request: DeskRequest, event_id: UUID, form: RestoreForm, trouble: Exception) -> HttpResponse:
    sentence, status = answers.kept_from(request, trouble)
    form.add_error(None, sentence)
    if not isinstance(trouble, AppointmentChanged) or isinstance(trouble, OthersUnderWay):
        return _shown(request, event_id, form, status=status)
    answers.set_field(form, "seen", version(trouble.event))
    theirs = visits.differences(request.desk, trouble.event, trouble.parts)
    return _shown(request, event_id, form, event=trouble.event, theirs=theirs, status=status)


def _told(request: DeskRequest, done: Done) -> str:
    if not done.event:
        return _("It is scheduled again.")
    return _("It is scheduled again: %(when)s.") % {"when": clock.span(done.event.when, request.desk.zone)}
