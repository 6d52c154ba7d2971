"""What changed in one's own weeks since one last looked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scheduling.services import since
from scheduling.web.htmx import DeskRequest
from scheduling.web.since import page_of, unread_of
from scheduling.welkin.errors import Unavailable, Unreachable

Outage = Unreachable | Unavailable
OUTAGES = (Unreachable, Unavailable)
UNREAD = 503


@require_safe
def changes(request: DeskRequest) -> HttpResponse:
    """All of it, with the press that says it is seen."""
    try:
        page = page_of(request.desk, since.read(request.desk))
    except OUTAGES as failed:
        return _unread(request, failed)
    return render(request, "since/page.html", {"page": page})


def _unread(request: DeskRequest, failed: Outage) -> HttpResponse:
    """In an outage of which no reading is kept: when the answer was missing, and since when changes wait to be told."""
    told = unread_of(request.desk, since.looked_at(request.desk), failed)
    return render(request, "since/unread.html", {"page": told}, status=UNREAD)


@require_POST
def seen(request: DeskRequest) -> HttpResponse:
    """From now on only what changes later is told. More that came meanwhile is shown first."""
    try:
        noted = since.seen(request.desk, request.POST.get("token", ""))
    except OUTAGES as failed:
        return _unread(request, failed)
    if noted:
        messages.success(request, _("Seen. Only what changes from now on is told."))
        return redirect("week")
    messages.info(request, _("This is not what you saw: look once more, something changed meanwhile."))
    return redirect("since")
