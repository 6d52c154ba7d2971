"""Your account: password, second step of signing in, recovery codes, and where you are signed in."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from scheduling.services import factors, sessions
from scheduling.web.devices import device_of


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as the page tells of it."""

    number: int
    device: str
    address: str
    began: datetime
    used: datetime
    here: bool


def lines_of(request: HttpRequest) -> list[SessionLine]:
    """Where the login is signed in, this browser first."""
    key = request.session.session_key
    found = [
        SessionLine(row.pk, device_of(row.user_agent), row.ip, row.created_at, row.last_seen_at, row.session_key == key)
        for row in sessions.of(request.user)  # type: ignore[arg-type]
    ]
    return sorted(found, key=lambda line: not line.here)


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """The page of the own login."""
    told = {"factors": factors.of(request.user), "sessions": lines_of(request)}  # type: ignore[arg-type]
    return render(request, "account/page.html", told)


@require_POST
def end_session(request: HttpRequest, number: int) -> HttpResponse:
    """Sign out one other session. 404 for one of somebody else."""
    if not sessions.end(request.user, number):  # type: ignore[arg-type]
        raise Http404
    messages.success(request, _("That session was signed out."))
    return redirect("account")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = sessions.end_all(request.user, except_key=request.session.session_key)  # type: ignore[arg-type]
    told = ngettext("%(ended)d other session was signed out.", "%(ended)d other sessions were signed out.", ended)
    messages.success(request, told % {"ended": ended})
    return redirect("account")
