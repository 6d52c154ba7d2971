"""One visit: its panel, and moving it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduling.domain import rules
from scheduling.domain.event import Event
from scheduling.services import appointments, changing, placing, presence, writes
from scheduling.services.appointments import Move
from scheduling.services.changing import (
    AppointmentChanged,
    Done,
    NothingToChange,
    NotPossible,
    OthersUnderWay,
    PlacementRejected,
    Rule,
)
from scheduling.services.desk import Desk
from scheduling.services.versions import version
from scheduling.services.writes import LedgerBusy
from scheduling.web import answers, clock, drafts, merging, placement, visits, words
from scheduling.web.forms.appointments import MoveForm, ids_sent, place_initial, write_span
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.moving import Proposal, proposal
from scheduling.web.placement import CheckView
from scheduling.web.views.panel import changed_panel
from scheduling.welkin.errors import WelkinError

TEMPLATE = "appointments/move.html"
EXPECTED = (AppointmentChanged, NotPossible, NothingToChange, LedgerBusy, WelkinError)


@require_safe
def show(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The visit panel: everything known of one visit, one call."""
    event = changing.look(request.desk, event_id)
    return render_part(request, "appointments/show.html", {"visit": visits.view(request.desk, event)})


def openable(desk: Desk, event_id: UUID, action: str, rule: Rule) -> Event:
    """The visit for a form that is about to be shown. Raises NotAllowed, NotPossible, NotFound, WelkinError."""
    event = changing.read(desk, event_id)
    changing.require_on(desk, action, event)
    changing.allow(rule, event, desk.now)
    return event


def refused_to_open(request: DeskRequest, refused: NotPossible) -> HttpResponse:
    """Why a form is not shown: the visit's state has changed since its button was printed."""
    told = {"title": _("This is not possible"), "sentence": words.REASONS[refused.reason]}
    return render_part(request, "errors/invalid.html", told, status=422)


# --- Moving -----------------------------------------------------------------------------------------------------------


def _move_context(desk: Desk, event_id: UUID, form: MoveForm, **more: Any) -> dict[str, Any]:
    told = form.data if form.is_bound else form.initial
    asked = merging.place_questions(desk, form, told)
    check_url = reverse("appointment-move-check", args=[event_id])
    return {"form": form, "event_id": event_id, "check_url": check_url, "questions": asked, **more}


def _open_move(request: DeskRequest, event_id: UUID) -> HttpResponse:
    desk = request.desk
    event = openable(desk, event_id, "appointment.move", rules.movable)
    desk.require("appointment.move", *appointments.staff_moved(event))
    told = {"now": visits.brief(desk, event), "another": not event.is_leave}
    typed = drafts.opened(request)
    if typed:
        presence.opened(desk, event, typed.get("intent", ""))
        form, check = _checked(desk, event_id, _posted_move(request, typed))
        return render_part(request, TEMPLATE, _move_context(desk, event_id, form, check=check, **told))
    place = proposal(request.GET, event)
    hosts = placing.bookable(desk, "appointment.move", *filter(None, (event.host_id, place.host_id)))
    initial = _move_initial(desk, event, place)
    presence.opened(desk, event, initial["intent"])
    form = MoveForm(desk=desk, people=hosts, length=place.when.minutes, initial=initial)
    context = _move_context(desk, event_id, form, **told)
    if place.chosen and place.host_id:
        wanted = appointments.placement_of(event, place.when, place.host_id)
        context["check"] = placement.view(desk, placing.check(desk, wanted), [])
        context["proposed"] = not context["check"].blocked
        if context["check"].blocked:
            form.ask_why()
    return render_part(request, TEMPLATE, context)


def _move_initial(desk: Desk, event: Event, place: Proposal) -> dict[str, Any]:
    told = {"host": str(place.host_id or ""), "present": str(event.host_id or ""), "was_when": write_span(event.when)}
    return place_initial(place.when, desk) | told | {"intent": writes.mint(desk), "seen": version(event)}


def _posted_move(request: DeskRequest, data: QueryDict) -> MoveForm:
    minutes = data.get("minutes", "")
    length = int(minutes) if minutes.isdecimal() and len(minutes) < 6 else 0
    hosts = placing.bookable_as_sent(request.desk, "appointment.move", *ids_sent(data, "host", "present"))
    return MoveForm(data, desk=request.desk, people=hosts, length=length)


def _checked(desk: Desk, event_id: UUID, form: MoveForm) -> tuple[MoveForm, CheckView | None]:
    """A form that is still being filled in, without complaints, and what stands against its place by now."""
    form.is_valid()
    check = _move_check(desk, event_id, form)
    form.errors.clear()
    if check and check.blocked:
        form.ask_why()
    return form, check


def _wish(event_id: UUID, form: MoveForm) -> Move:
    data = form.cleaned_data
    return Move(event_id, data["when"], data["host"], data["seen"], data["reason"])


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Move to another time, length or clinician."""
    if request.method != "POST":
        try:
            return _open_move(request, event_id)
        except NotPossible as refused:
            return refused_to_open(request, refused)
    form = _posted_move(request, request.POST)
    if not form.is_valid():
        return _move_again(request, event_id, form)
    return _move(request, event_id, form)


def _move_again(
    request: DeskRequest, event_id: UUID, form: MoveForm, *, status: int = 422, **more: Any
) -> HttpResponse:
    context = _move_context(request.desk, event_id, form, now=visits.brief_sent(form.data), **more)
    return render_part(request, TEMPLATE, context, status=status)


def _move(request: DeskRequest, event_id: UUID, form: MoveForm) -> HttpResponse:
    desk = request.desk
    try:
        done = appointments.move(desk, form.cleaned_data["intent"], _wish(event_id, form))
    except PlacementRejected as rejected:
        drafts.keep(request)
        check = placement.view(desk, rejected.checked, [])
        _ask_why(form, check)
        return _move_again(request, event_id, form, check=check)
    except EXPECTED as trouble:
        return _not_moved(request, event_id, form, trouble)
    again = lambda: _move_again(request, event_id, form)  # noqa: E731
    return ended(request, form, again, event_id, done, lambda ended: _moved_text(desk, ended))


def _not_moved(request: DeskRequest, event_id: UUID, form: MoveForm, trouble: Exception) -> HttpResponse:
    """The form again with what was chosen; for a place that others changed, with the question which to keep."""
    if isinstance(trouble, NothingToChange) and form.all_theirs:
        text = _("Nothing was changed: the visit stays where it is now.")
        return answers.succeeded(request, text, to=reverse("appointment", args=[event_id]))
    sentence, status = answers.kept_from(request, trouble)
    if not isinstance(trouble, AppointmentChanged) or isinstance(trouble, OthersUnderWay):
        form.add_error(None, sentence)
        return _move_again(request, event_id, form, status=status)
    anew = merging.ask_place(request.desk, form, trouble)
    anew.add_error(None, merging.both_sentence(anew.questions) if anew.questions else sentence)
    others = tuple(part for part in trouble.parts if part not in anew.questions)
    theirs = visits.differences(request.desk, trouble.event, others)
    return _move_again(request, event_id, anew, status=answers.CHANGED, theirs=theirs)


def _ask_why(form: MoveForm, check: CheckView) -> None:
    form.ask_why()
    if check.may_override:
        form.add_error("reason", _("Choose another time, or say why it should be moved there all the same."))
    else:
        form.add_error(None, _("It cannot be moved there. Choose another time."))


def _moved_text(desk: Desk, done: Done) -> str:
    if not done.event:
        return _("Moved.")
    text = _("Moved to %(when)s.") % {"when": clock.span(done.event.when, desk.zone)}
    return text + (
        " " + _("Answers given for the old time were kept by the calendar service.")
        if done.outcome.facts.get("kept_answers")
        else ""
    )


@require_POST
def check_move(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """What stands against the new place of a visit; asked while somebody is still choosing."""
    form, check = _checked(request.desk, event_id, _posted_move(request, request.POST))
    return render_part(request, "appointments/check.html", _move_context(request.desk, event_id, form, check=check))


def _move_check(desk: Desk, event_id: UUID, form: MoveForm) -> CheckView | None:
    data = form.cleaned_data
    if not data.get("when") or not data.get("host"):
        return CheckView(problem=form.moment.problem) if form.moment and form.moment.problem else None
    try:
        event = changing.read(desk, event_id)
        desk.require("appointment.move", *appointments.staff_moved(event))
        wanted = appointments.placement_of(event, data["when"], data["host"])
        return placement.view(desk, placing.check(desk, wanted), [])
    except WelkinError as unsent:
        return CheckView(problem=answers.trouble_of(unsent)[0])


# --- Endings that the forms share -------------------------------------------------------------------------------------


def ended(
    request: DeskRequest,
    form: Any,
    again: Callable[[], HttpResponse],
    event_id: UUID,
    done: Done,
    text: Callable[[Done], str],
) -> HttpResponse:
    """The answer to an outcome: the checking card, the refused form (`again`), or the changed panel with a toast."""
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed:
        answers.refused(request, form, done.outcome)
        return again()
    to = reverse("appointment", args=[event_id])
    return answers.succeeded(request, text(done), to=to, parts=changed_panel(request, done), done=done)
