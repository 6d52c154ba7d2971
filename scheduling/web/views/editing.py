"""Changing the words of a visit; what others changed meanwhile stays, or is asked for."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.services import appointments, presence, writes
from scheduling.services.appointments import Edit, WrongPlaces, editable
from scheduling.services.changing import AppointmentChanged, Done, NothingToChange, NotPossible, OthersUnderWay
from scheduling.services.versions import version
from scheduling.web import answers, drafts, merging, visits, words
from scheduling.web.forms.appointments import EditForm, edit_initial, wrong_places
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.views.appointments import EXPECTED, ended, openable, refused_to_open

TEMPLATE = "appointments/edit.html"


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Change the words of a visit; only what was changed in the form is sent."""
    if request.method == "POST":
        return _save(request, event_id)
    try:
        return _open(request, event_id)
    except NotPossible as refused:
        return refused_to_open(request, refused)


def _open(request: DeskRequest, event_id: UUID) -> HttpResponse:
    desk = request.desk
    event = openable(desk, event_id, "appointment.edit", editable)
    told: dict[str, Any] = {**edit_initial(event), **merging.was(event), "seen": version(event)}
    typed = drafts.opened(request)
    told |= typed.dict() if typed else {"intent": writes.mint(desk)}
    presence.opened(desk, event, told["intent"])
    form = EditForm(desk=desk, event=event, initial=told)
    return _shown(request, event_id, form, told, now=visits.brief(desk, event))


def _shown(
    request: DeskRequest, event_id: UUID, form: EditForm, told: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The form with what it carries beside its fields."""
    context = {"form": form, "event_id": event_id, "now": visits.brief_sent(request.POST), **more}
    context |= {"was": merging.was_sent(told), "questions": merging.questions(form, told)}
    return render_part(request, TEMPLATE, context, status=status)


def _save(request: DeskRequest, event_id: UUID) -> HttpResponse:
    form = EditForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return _shown(request, event_id, form, request.POST, status=422)
    try:
        wish = Edit(event_id, form.texts(), form.cleaned_data["seen"])
        done = appointments.edit(request.desk, form.cleaned_data["intent"], wish)
    except WrongPlaces as wrong:
        drafts.keep(request)
        form.add_error("capacity", wrong_places(form.cleaned_data["capacity"], wrong.taken))
        return _shown(request, event_id, form, request.POST, status=422)
    except EXPECTED as trouble:
        return _again(request, event_id, form, trouble)
    return ended(request, form, lambda: _shown(request, event_id, form, form.data, status=422), event_id, done, _saved)


def _again(request: DeskRequest, event_id: UUID, form: EditForm, trouble: Exception) -> HttpResponse:
    """The form again with what was typed; for what both changed, with the question what to keep."""
    if isinstance(trouble, NothingToChange) and form.all_theirs:
        text = _("Nothing was changed: the visit stays as it is now.")
        return answers.succeeded(request, text, to=reverse("appointment", args=[event_id]))
    sentence, status = answers.kept_from(request, trouble)
    if not isinstance(trouble, AppointmentChanged) or isinstance(trouble, OthersUnderWay):
        form.add_error(None, sentence)
        return _shown(request, event_id, form, request.POST, status=status)
    anew, found = merging.ask(request.desk, form, trouble)
    anew.add_error(None, merging.both_sentence(found.both))
    told = {"now": visits.brief(request.desk, trouble.event), "stays": merging.stays_sentence(found.stays)}
    return _shown(request, event_id, anew, anew.data, status=answers.CHANGED, **told)


def _saved(done: Done) -> str:
    """What the toast says: what others changed meanwhile, and what came back otherwise than it was sent."""
    facts = done.outcome.facts
    text = " ".join(filter(None, (_("Saved."), merging.stays_sentence(facts.get("stays", ())))))
    differs = [str(words.PARTS[part]) for part in facts.get("differs", ()) if part in words.PARTS]
    if not differs:
        return text
    told = _("It was changed once more in the same moment (%(parts)s): look at it.") % {"parts": ", ".join(differs)}
    return f"{text} {told}"
