"""One visit: its panel, moving it and editing its words."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduling.domain import rules
from scheduling.domain.event import Event
from scheduling.services import appointments, changing, placing, writes
from scheduling.services.appointments import Edit, Move, WrongPlaces, editable
from scheduling.services.changing import AppointmentChanged, Done, NothingToChange, NotPossible, PlacementRejected, Rule
from scheduling.services.desk import Desk
from scheduling.services.versions import version
from scheduling.web import answers, clock, placement, visits, words
from scheduling.web.answers import CHANGED
from scheduling.web.forms.appointments import (
    EditForm,
    MoveForm,
    edit_initial,
    ids_sent,
    place_initial,
    wrong_places,
)
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.moving import Proposal, proposal
from scheduling.web.placement import CheckView
from scheduling.web.views.panel import changed_panel
from scheduling.welkin.errors import WelkinError

EXPECTED = (AppointmentChanged, NotPossible, NothingToChange, WelkinError)


@require_safe
def show(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """The visit panel: everything known of one visit, one call."""
    event = changing.read(request.desk, event_id)
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


def _saw(form: Any, event: Event) -> None:
    """After the person has been told what is different, their next press means the visit as it is now."""
    answers.set_field(form, "seen", version(event))


# --- Moving -----------------------------------------------------------------------------------------------------------


def _move_context(event_id: UUID, form: MoveForm, **more: Any) -> dict[str, Any]:
    return {"form": form, "event_id": event_id, "check_url": reverse("appointment-move-check", args=[event_id]), **more}


def _open_move(request: DeskRequest, event_id: UUID) -> HttpResponse:
    desk = request.desk
    event = openable(desk, event_id, "appointment.move", rules.movable)
    desk.require("appointment.move", *appointments.staff_moved(event))
    place = proposal(request.GET, event)
    hosts = placing.bookable(desk, "appointment.move", *filter(None, (event.host_id, place.host_id)))
    initial = _move_initial(desk, event, place)
    form = MoveForm(desk=desk, people=hosts, length=place.when.minutes, initial=initial)
    context = _move_context(event_id, form, now=visits.brief(desk, event), another=not event.is_leave)
    if place.chosen and place.host_id:
        wanted = appointments.placement_of(event, place.when, place.host_id)
        context["check"] = placement.view(desk, placing.check(desk, wanted), [])
        context["proposed"] = not context["check"].blocked
        if context["check"].blocked:
            form.ask_why()
    return render_part(request, "appointments/move.html", context)


def _move_initial(desk: Desk, event: Event, place: Proposal) -> dict[str, Any]:
    told = {"host": str(place.host_id or ""), "present": str(event.host_id or "")}
    return place_initial(place.when, desk) | told | {"intent": writes.mint(desk), "seen": version(event)}


def _posted_move(request: DeskRequest) -> MoveForm:
    minutes = request.POST.get("minutes", "")
    length = int(minutes) if minutes.isdecimal() and len(minutes) < 6 else 0
    hosts = placing.bookable_as_sent(request.desk, "appointment.move", *ids_sent(request.POST, "host", "present"))
    return MoveForm(request.POST, desk=request.desk, people=hosts, length=length)


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
    form = _posted_move(request)
    if not form.is_valid():
        context = _move_context(event_id, form, now=visits.brief_sent(request.POST))
        return render_part(request, "appointments/move.html", context, status=422)
    return _move(request, event_id, form)


def _move(request: DeskRequest, event_id: UUID, form: MoveForm) -> HttpResponse:
    desk, context = request.desk, _move_context(event_id, form, now=visits.brief_sent(request.POST))
    try:
        done = appointments.move(desk, form.cleaned_data["intent"], _wish(event_id, form))
    except PlacementRejected as rejected:
        context["check"] = placement.view(desk, rejected.checked, [])
        _ask_why(form, context["check"])
        return render_part(request, "appointments/move.html", context, status=422)
    except EXPECTED as trouble:
        return _again(request, form, "appointments/move.html", context, trouble)
    return _ended(request, form, "appointments/move.html", context, done, _moved_text(desk, done))


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
    form = _posted_move(request)
    form.is_valid()
    check = _move_check(request.desk, event_id, form)
    form.errors.clear()
    if check and check.blocked:
        form.ask_why()
    return render_part(request, "appointments/check.html", _move_context(event_id, form, check=check))


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


# --- Editing ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Change the words of a visit; only what differs is sent."""
    if request.method != "POST":
        try:
            return _open_edit(request, event_id)
        except NotPossible as refused:
            return refused_to_open(request, refused)
    form = EditForm(request.POST, desk=request.desk)
    context: dict[str, Any] = {"form": form, "event_id": event_id, "now": visits.brief_sent(request.POST)}
    if not form.is_valid():
        return render_part(request, "appointments/edit.html", context, status=422)
    try:
        wish = Edit(event_id, form.texts(), form.cleaned_data["seen"])
        done = appointments.edit(request.desk, form.cleaned_data["intent"], wish)
    except WrongPlaces as wrong:
        form.add_error("capacity", wrong_places(form.cleaned_data["capacity"], wrong.taken))
        return render_part(request, "appointments/edit.html", context, status=422)
    except EXPECTED as trouble:
        return _again(request, form, "appointments/edit.html", context, trouble)
    return _ended(request, form, "appointments/edit.html", context, done, _("Saved."))


def _open_edit(request: DeskRequest, event_id: UUID) -> HttpResponse:
    event = openable(request.desk, event_id, "appointment.edit", editable)
    initial = edit_initial(event) | {"intent": writes.mint(request.desk), "seen": version(event)}
    form = EditForm(desk=request.desk, event=event, initial=initial)
    context = {"form": form, "event_id": event_id, "now": visits.brief(request.desk, event)}
    return render_part(request, "appointments/edit.html", context)


# --- Endings that both share ------------------------------------------------------------------------------------------


def _again(request: DeskRequest, form: Any, template: str, context: dict[str, Any], trouble: Exception) -> HttpResponse:
    """The form again with what was typed, the sentence, and for a visit changed meanwhile how it is now."""
    sentence, status = answers.trouble_of(trouble)
    form.add_error(None, sentence)
    if isinstance(trouble, AppointmentChanged):
        _saw(form, trouble.event)
        context["now"] = visits.brief(request.desk, trouble.event)
        context["theirs"] = visits.differences(request.desk, trouble.event, trouble.parts)
        status = CHANGED
    return render_part(request, template, context, status=status)


def _ended(
    request: DeskRequest, form: Any, template: str, context: dict[str, Any], done: Done, text: str
) -> HttpResponse:
    """The answer to an outcome: the checking card, the refused form, or the changed panel with a toast."""
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed:
        form.add_error(None, answers.reason_of(done.outcome.error))
        answers.new_intent(form, request.desk)
        return render_part(request, template, context, status=422)
    to = reverse("appointment", args=[context["event_id"]])
    return answers.succeeded(request, text, to=to, parts=changed_panel(request, done))
