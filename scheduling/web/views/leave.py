"""Leave: the list, asking for it, taking it back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from scheduling.services import leave, writes
from scheduling.services.changing import AppointmentChanged, Done, NotPossible
from scheduling.services.desk import NotAllowed
from scheduling.services.leave import Asking, LeaveOverlaps, Look
from scheduling.services.notsent import NotSent
from scheduling.web import answers, drafts
from scheduling.web import leave as pages
from scheduling.web.event_time import when_words
from scheduling.web.forms.leave import LeaveForm, WithdrawForm
from scheduling.web.htmx import DeskRequest
from scheduling.welkin.errors import WelkinError

WRONG = 422


@require_safe
def overview(request: DeskRequest) -> HttpResponse:
    """The leave that concerns the login, by its state."""
    return render(request, "leave/page.html", {"page": pages.page_of(request.desk, leave.overview(request.desk))})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Ask for leave. Somebody who may ask for several people chooses first for whom."""
    typed = request.POST if request.method == "POST" else drafts.opened(request)
    person = _person(request, (typed or request.GET).get("clinician", ""))
    if person is None:
        return render(request, "leave/whom.html", {"people": leave.askable(request.desk)})
    asking = leave.asking(request.desk, person)
    if request.method == "POST":
        return _ask(request, asking)
    return _show(request, _form(request, asking, typed))


def _person(request: DeskRequest, text: str) -> UUID | None:
    """Whose leave it is; the login's own where nobody is named. Raises NotAllowed where there is nobody to ask for."""
    if text:
        try:
            return UUID(text)
        except ValueError as broken:
            raise Http404 from broken
    people = leave.askable(request.desk)
    if not people:
        raise NotAllowed(leave.ASK)
    return people[0].id if len(people) == 1 else None


def _form(request: DeskRequest, asking: Asking, typed: QueryDict | None) -> LeaveForm:
    if typed:
        form = LeaveForm(typed, desk=request.desk, asking=asking)
        form.is_valid()
        form.errors.clear()
        return form
    filled = {"intent": writes.mint(request.desk), "clinician": asking.clinician.id}
    return LeaveForm(desk=request.desk, asking=asking, initial=filled)


def _show(request: DeskRequest, form: LeaveForm, found: Look | None = None, status: int = 200) -> HttpResponse:
    asked, by_day = pages.look_words(request.desk, found) if found else ("", "")
    told: dict[str, Any] = {"form": form, "asking": form.asking, "zone": form.asking.zone.key}
    told |= {"own": form.asking.clinician.id == request.desk.account.welkin_id}
    told |= {"asked": asked, "by_day": by_day, "token": pages.token_of(found) if found else ""}
    return render(request, "leave/new.html", told, status=status)


def _ask(request: DeskRequest, asking: Asking) -> HttpResponse:
    form = LeaveForm(request.POST, desk=request.desk, asking=asking)
    if not form.is_valid():
        return _show(request, form, status=WRONG)
    wish, intent = form.wish(), form.cleaned_data["intent"]
    try:
        if writes.earlier(request.desk, intent) is None:
            found = leave.look(request.desk, wish)
            if not found.leave and request.POST.get("confirm", "0") != pages.token_of(found):
                return _show(request, form, found)
        return _asked(request, form, leave.ask(request.desk, intent, wish))
    except LeaveOverlaps as other:
        form.add_error("first", pages.overlap_words(request.desk, other.leave))
        return _show(request, form, status=WRONG)
    except (NotSent, WelkinError) as unsent:
        form.add_error(None, answers.kept_from(request, unsent)[0])
        return _show(request, form, status=answers.UNSENT)


def _asked(request: DeskRequest, form: LeaveForm, done: Done) -> HttpResponse:
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed:
        answers.refused(request, form, done.outcome)
        return _show(request, form, status=WRONG)
    messages.success(request, _("The leave is asked for. Until it is granted, its time can still be booked."))
    return redirect("leave")


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Take leave back, after saying what that does."""
    if request.method == "POST":
        return _withdraw(request, event_id)
    try:
        event = leave.find(request.desk, event_id)
    except NotPossible as refused:
        messages.error(request, answers.trouble_of(refused)[0])
        return redirect("leave")
    initial = {"intent": writes.mint(request.desk), "seen": leave.seen_of(event)}
    told = {"form": WithdrawForm(desk=request.desk, initial=initial), "title": event.title}
    return render(request, "leave/withdraw.html", {**told, "when": when_words(event, request.desk)})


def _withdraw(request: DeskRequest, event_id: UUID) -> HttpResponse:
    form = WithdrawForm(request.POST, desk=request.desk)
    if not form.is_valid():
        return redirect("leave-withdraw", event_id=event_id)
    told = form.cleaned_data
    try:
        done = leave.withdraw(request.desk, told["intent"], event_id, seen=told["seen"])
    except (AppointmentChanged, NotPossible) as other:
        messages.error(request, answers.trouble_of(other)[0])
        return redirect("leave")
    except (NotSent, WelkinError) as unsent:
        form.add_error(None, answers.trouble_of(unsent)[0])
        return render(request, "leave/withdraw.html", {"form": form}, status=answers.UNSENT)
    if done.open:
        return answers.not_known_yet(done)
    if not done.confirmed:
        messages.error(request, answers.reason_of(done.outcome.error))
        return redirect("leave")
    messages.success(request, _("The leave is taken back. Its time can be booked again."))
    return redirect("leave")
