"""One's own changes of visits: the list, and taking one back by one press, by a question, or the last by its key."""

from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from scheduling.services import changing, writes
from scheduling.services import undo as undoing
from scheduling.services.appointments import WrongPlaces
from scheduling.services.changing import (
    AppointmentChanged,
    Done,
    NothingToChange,
    NotPossible,
    OthersUnderWay,
    PlacementRejected,
)
from scheduling.services.placing import Checked
from scheduling.services.steps import AlreadyUndone
from scheduling.services.undo import NotUndoable, Told
from scheduling.services.writes import LedgerBusy
from scheduling.web import answers, drafts, history, history_later, placement, visits
from scheduling.web.forms.appointments import wrong_places
from scheduling.web.forms.changes import UndoForm
from scheduling.web.history import WHY
from scheduling.web.htmx import DeskRequest, render_part, with_triggers
from scheduling.web.views.panel import changed_panel
from scheduling.welkin.errors import NotFound, WelkinError

EXPECTED = (AppointmentChanged, NotPossible, NothingToChange, LedgerBusy, WelkinError)
PAGE, QUESTION = "changes/page.html", "changes/undo.html"


@require_safe
def listed(request: DeskRequest) -> HttpResponse:
    """The login's own changes of the last days, the latest first; no call."""
    return render_part(request, PAGE, {"lines": history.lines(request.desk), "zone": request.desk.zone.key})


@require_safe
def last(request: DeskRequest) -> HttpResponse:
    """The question whether to undo the last change, or with `?redo` to do the last undone one again."""
    step = undoing.last(request.desk, redo="redo" in request.GET)
    if step is None:
        return render_part(request, "changes/nothing.html", {"redo": "redo" in request.GET})
    return _ask(request, step)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: DeskRequest, number: int) -> HttpResponse:
    """Take one change back; a change that took one back is done again by it."""
    step = undoing.find(request.desk, number)
    if request.method != "POST":
        return _ask(request, step)
    form = UndoForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return _page(request, step, form, status=answers.REFUSED)
    return _undo(request, step, form)


def _ask(request: DeskRequest, step: Told) -> HttpResponse:
    typed = drafts.opened(request)
    form = UndoForm(desk=request.desk, initial=typed.dict() if typed else {"intent": writes.mint(request.desk)})
    return _page(request, step, form, possible=step.why is None)


def _undo(request: DeskRequest, step: Told, form: UndoForm) -> HttpResponse:
    told = form.cleaned_data
    try:
        done = undoing.take_back(request.desk, told["intent"], step.id, reason=told["reason"])
    except PlacementRejected as rejected:
        return _taken(request, step, form, rejected.checked)
    except (NotUndoable, AlreadyUndone):
        return _page(request, undoing.find(request.desk, step.id), form, status=answers.CHANGED, possible=False)
    except WrongPlaces as wrong:
        form.add_error(None, _too_few(wrong))
        return _page(request, step, form, status=answers.REFUSED)
    except NotFound:
        form.add_error(None, _("The visit is not there any more: somebody deleted it. Nothing was undone."))
        return _page(request, step, form, status=answers.CHANGED, possible=False)
    except EXPECTED as trouble:
        return _not_undone(request, step, form, trouble)
    return _ended(request, step, form, done)


def _too_few(wrong: WrongPlaces) -> str:
    """The number of places from before is less than the patients who take part by now."""
    return wrong_places(0, wrong.taken)


def _ended(request: DeskRequest, step: Told, form: UndoForm, done: Done) -> HttpResponse:
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed:
        answers.refused(request, form, done.outcome)
        return _page(request, step, form, status=answers.REFUSED)
    gone = done.event is None or done.event_id is None
    hidden = done.event is None or not changing.may_see(request.desk, done.event)
    to = reverse("changes") if hidden else reverse("appointment", args=[done.event_id])
    parts = render_to_string("appointments/gone.html", {"oob": True}, request) if gone else changed_panel(request, done)
    answer = answers.succeeded(request, history.undone(step, done.event), to=to, parts=parts, done=done)
    if "HX-Trigger" not in answer.headers:
        return answer
    # The first of them comes from where it was pressed, which may be gone after the next.
    return with_triggers(answer, **{"change-undone": True, "appointment-changed": True, "close-dialog": True})


def _page(
    request: DeskRequest, step: Told, form: UndoForm, *, status: int = 200, possible: bool = True, **more: Any
) -> HttpResponse:
    """The question. Not `possible`: there is no button, and it says why where that is known."""
    told: dict[str, Any] = {"form": form, "line": history.line(request.desk, step), "possible": possible}
    told |= {"number": step.id, "redo": step.undoes is not None, "why": WHY[step.why] if step.why else ""}
    told["reason_alone"] = bool(form["reason"].value())
    return render_part(request, QUESTION, told | more, status=status)


def _taken(request: DeskRequest, step: Told, form: UndoForm, checked: Checked) -> HttpResponse:
    """Something stands against its old place by now."""
    if form.cleaned_data["reason"]:
        drafts.keep(request)
    check = placement.view(request.desk, checked, [])
    form.ask_why()
    if check.may_override:
        form.add_error("reason", _("Say why it should go back there all the same, or leave it as it is."))
    else:
        form.add_error(None, _("It cannot go back: its old place is not free any more."))
    told = {"check": check, "another": visits.finding_anew(request.desk, checked.placement), "reason_alone": False}
    return _page(request, step, form, status=answers.REFUSED, possible=check.may_override, **told)


def _not_undone(request: DeskRequest, step: Told, form: UndoForm, trouble: Exception) -> HttpResponse:
    if isinstance(trouble, AppointmentChanged) and not isinstance(trouble, OthersUnderWay):
        return _overtaken(request, step, form, trouble)
    if isinstance(trouble, NothingToChange):
        form.add_error(None, _("It is so already: somebody put it back by hand."))
        return _page(request, step, form, status=answers.REFUSED, possible=False)
    # Without a reason nothing was typed that could be lost, and the question comes back under its own intent.
    typed = form.cleaned_data["reason"]
    sentence, status = answers.kept_from(request, trouble) if typed else answers.trouble_of(trouble)
    form.add_error(None, sentence)
    return _page(request, step, form, status=status, possible=not isinstance(trouble, NotPossible))


def _overtaken(request: DeskRequest, step: Told, form: UndoForm, trouble: AppointmentChanged) -> HttpResponse:
    """Somebody changed the visit later: that is shown, and nothing is undone over it."""
    later = history_later.of(request.desk, step, trouble.event)
    form.add_error(None, _("The visit was changed after this. Nothing was undone: look at what came later."))
    return _page(request, step, form, status=answers.CHANGED, possible=False, later=later)
