"""Invitations that wait for an answer, and answering from there or from the visit's panel."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scheduling.domain.event import Answer
from scheduling.services import answering, invitations, landing
from scheduling.services.answering import Answered, Back, Pick
from scheduling.services.changing import AppointmentChanged, Done, NotPossible
from scheduling.services.desk import NotAllowed
from scheduling.web import answers, history_offer, inbox, words
from scheduling.web.htmx import DeskRequest, is_part, render_part, with_triggers
from scheduling.web.views.closing import answered_in_place
from scheduling.web.views.panel import explained
from scheduling.welkin.errors import WelkinError

SAID = {Answer.YES.value: Answer.YES, Answer.NO.value: Answer.NO, Answer.MAYBE.value: Answer.MAYBE}
# By what a form says of where it stands, the page to come back to.
BACK = {"inbox": "invitations", "leave": "leave"}


def _ahead(days: str) -> int:
    return int(days) if days in {str(each) for each in invitations.DAYS_AHEAD} else invitations.DAYS_AHEAD[0]


@require_safe
def waiting(request: DeskRequest) -> HttpResponse:
    """What waits for an answer, by day."""
    ahead = _ahead(request.GET.get("days", ""))
    return _page(request, ahead)


def _step(days: int) -> int:
    """The first choice that looks so far ahead: a whole year of a whole clinic is more than is read in a moment."""
    return next((each for each in invitations.DAYS_AHEAD if each >= days), invitations.REACH)


@require_safe
def later(request: DeskRequest) -> HttpResponse:
    """What waits after the days that the inbox shows: asked for by the page itself, once it is there."""
    ahead = _ahead(request.GET.get("days", ""))
    if not is_part(request):
        return redirect(f"{reverse('invitations')}?days={invitations.REACH}")
    try:
        told = invitations.later(request.desk, ahead)
    except WelkinError:
        return render_part(request, "invitations/page.html", {"unread": True, "step": _step(ahead + 1)}, part="later")
    first = (told.first - request.desk.now).days + 1 if told.first else 0
    shown = {"later": inbox.later_words(told, request.desk), "more": told.count, "step": _step(first)}
    return render_part(request, "invitations/page.html", shown, part="later")


def _page(
    request: DeskRequest, ahead: int, tried: tuple[Answered, ...] = (), taken_back: tuple[bool, ...] = ()
) -> HttpResponse:
    found = invitations.waiting(request.desk, ahead)
    shown = inbox.view(request.desk, found, landing.read(request.desk, found), tried, taken_back)
    told = {"inbox": shown, "reach": invitations.REACH, "step": _step(ahead + 1)}
    return render_part(request, "invitations/page.html", told)


@require_POST
def answer_selected(request: DeskRequest) -> HttpResponse:
    """Record the same answer for all that is ticked, and show the inbox again with what came of each."""
    said = SAID.get(request.POST.get("answer", ""))
    if said is None:
        raise Http404
    picks = [_pick(request, key) for key in dict.fromkeys(request.POST.getlist("pick"))]
    tried = answering.answer_several(request.desk, picks, said)
    part = _page(request, _ahead(request.POST.get("days", "")), tried)
    return with_triggers(part, **{"appointment-changed": True}) if any(each.recorded for each in tried) else part


@require_POST
def undo_selected(request: DeskRequest) -> HttpResponse:
    """Take back the answers that were given together, and show the inbox again with what came of that."""
    numbers = [number for number in request.POST.getlist("step") if number.isdecimal() and len(number) < 12]
    backs = [Back(int(number), request.POST.get(f"intent-{number}", "")) for number in dict.fromkeys(numbers)]
    done = answering.take_back_several(request.desk, backs)
    part = _page(request, _ahead(request.POST.get("days", "")), taken_back=done)
    return with_triggers(part, **{"appointment-changed": True}) if any(done) else part


def _pick(request: DeskRequest, key: str) -> Pick:
    """One ticked row: the ids of visit and person stand in its name, its intent and version in fields of that name."""
    event, _sep, person = key.partition("_")
    try:
        ids = UUID(event), UUID(person)
    except ValueError as broken:
        raise Http404 from broken
    return Pick(*ids, request.POST.get(f"intent-{key}", ""), request.POST.get(f"seen-{key}", ""))


def _person(request: DeskRequest) -> UUID:
    try:
        return UUID(request.POST.get("person", ""))
    except ValueError as broken:
        raise Http404 from broken


@require_POST
def answer(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Record Yes, No or Maybe for one participant.

    It is answered with the visit's panel or with the row of the inbox: the row also for those who came from nowhere
    in particular but may answer without seeing who and what, whatever their form said.
    """
    said = SAID.get(request.POST.get("answer", ""))
    if said is None:
        raise Http404
    person, inside = _person(request), request.POST.get("from") in BACK
    intent, seen = request.POST.get("intent", ""), request.POST.get("seen", "")
    try:
        done = invitations.answer(request.desk, intent, event_id, person, said=said, seen=seen)
    except (AppointmentChanged, NotPossible) as trouble:
        row = partial(_row, request, trouble.event, person, answers.trouble_of(trouble))
        return row() if inside else _panel_or(row, partial(explained, request, trouble))
    text = _("Answer recorded: %(answer)s.") % {"answer": words.ANSWERS[said]}
    row = partial(_in_inbox, request, person, done, text)
    return row() if inside else _panel_or(row, partial(answered_in_place, request, event_id, done, text))


def _panel_or(row: Callable[[], HttpResponse], panel: Callable[[], HttpResponse]) -> HttpResponse:
    """The panel for those who may see names, the row of the inbox for everybody else."""
    try:
        return panel()
    except NotAllowed:
        return row()


def _in_inbox(request: DeskRequest, person: UUID, done: Done, text: str) -> HttpResponse:
    """The one row of the inbox as it is now."""
    if done.open:
        return answers.not_known_yet(done)
    if not is_part(request) or done.event is None:
        if done.confirmed:
            answers.told(request, text, history_offer.offer(request.desk, done))
        else:
            messages.error(request, answers.reason_of(done.outcome.error))
        return HttpResponse(headers={"HX-Refresh": "true"}) if is_part(request) else redirect(_back(request))
    part = _row(request, done.event, person, ("", 200))
    told = {"text": text, "offer": history_offer.offer(request.desk, done)}
    part.write(render_to_string("appointments/toast.html", told, request))
    return with_triggers(part, **{"appointment-changed": True})


def _back(request: DeskRequest) -> str:
    """The route of the page that the form stood on."""
    return BACK.get(request.POST.get("from", ""), "invitations")


def _row(request: DeskRequest, event: object, person: UUID, trouble: tuple[str, int]) -> HttpResponse:
    sentence, status = trouble
    if not is_part(request):
        messages.error(request, sentence)
        return redirect(_back(request))
    row = inbox.row_of(request.desk, event, person)  # type: ignore[arg-type]
    return render_part(request, "invitations/page.html", {"row": row, "trouble": sentence}, part="row", status=status)
