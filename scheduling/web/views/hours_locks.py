"""Locking the hours of days, lifting locks, and leaving hours to coordinators: managers and administrators."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from scheduling.services import hours_locks, writes
from scheduling.web.forms.hours_locks import LockForm
from scheduling.web.hours_locks import choice_of, choices, page_of
from scheduling.web.htmx import DeskRequest


@require_http_methods(["GET", "HEAD", "POST"])
def locks(request: DeskRequest) -> HttpResponse:
    """The locks that stand, the form for another one, and the teams' settings."""
    desk = request.desk
    teams, people = choices(desk)
    if request.method != "POST":
        filled = {"intent": writes.mint(desk), "whose": _whose(request.GET.get("clinician", ""))}
        return _page(request, LockForm(desk=desk, teams=teams, people=people, initial=filled))
    form = LockForm(request.POST, desk=desk, teams=teams, people=people)
    if not form.is_valid():
        return _page(request, form, status=422)
    made = hours_locks.lock(desk, form.cleaned_data["intent"], form.wish)
    messages.success(request, _("The hours are locked.") if made else _("This was saved already."))
    return redirect("hours-locks")


def _whose(clinician: str) -> str:
    """The choice of somebody whom the address names; none for what is no id."""
    try:
        return choice_of(UUID(clinician))
    except ValueError:
        return ""


def _page(request: DeskRequest, form: LockForm, status: int = 200) -> HttpResponse:
    return render(request, "hours/locks.html", {"page": page_of(request.desk), "form": form}, status=status)


@require_POST
def lift(request: DeskRequest, number: int) -> HttpResponse:
    """Open the days of a lock again."""
    done = hours_locks.lift(request.desk, request.POST.get("intent", ""), number)
    messages.success(request, _("The lock is lifted.") if done else _("This lock was lifted already."))
    return redirect("hours-locks")


@require_POST
def delegate(request: DeskRequest, number: int) -> HttpResponse:
    """Leave the hours of a team to its coordinators, or keep them to its people."""
    delegates = request.POST.get("delegates") == "yes"
    hours_locks.delegate(request.desk, request.POST.get("intent", ""), number, delegates)
    said = _("Its coordinators may set hours now.") if delegates else _("Its coordinators may not set hours any more.")
    messages.success(request, said)
    return redirect("hours-locks")
