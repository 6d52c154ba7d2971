"""The notice that somebody else has a visit open for editing, in words and by itself."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from scheduling.services import presence
from scheduling.services.desk import Desk
from scheduling.services.presence import Editor
from scheduling.web import clock
from scheduling.web.hours_words import listed
from scheduling.web.htmx import DeskRequest

NAMED = 3


@require_http_methods(["GET", "HEAD", "POST"])
def told(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """Who else has the visit open by now: asked by pages in the background.

    A POST tells by its `form` that the login's own form is still open, and with `gone` that it is not.
    """
    form = request.POST.get("form", "")
    if form and "gone" in request.POST:
        presence.leave(request.desk, event_id, form)
        return HttpResponse(status=204)
    if form:
        presence.stay(request.desk, event_id, form)
    return render(request, "appointments/presence.html#told", {"told": sentence(request.desk, event_id)})


def sentence(desk: Desk, event_id: UUID) -> str:
    """What the notice says; empty where nobody else has the visit open. One query, no call."""
    editors = presence.others(desk, event_id)
    if len(editors) == 1:
        told = {"name": editors[0].name, "time": _since(desk, editors[0].since)}
        return _("%(name)s has had this visit open for editing since %(time)s.") % told
    names = listed(_named(desk, editors))
    return names and _("%(names)s have this visit open for editing.") % {"names": names}


def names_by_visit(desk: Desk) -> dict[UUID, str]:
    """Who else has which visits open, by id. Without times: a board is the same as long as the same people have."""
    found = presence.everywhere(desk)
    return {event_id: listed([editor.name for editor in editors]) for event_id, editors in found.items()}


def _named(desk: Desk, editors: tuple[Editor, ...]) -> list[str]:
    """The first few by name and time, the rest as a number."""
    first = [
        _("%(name)s (since %(time)s)") % {"name": editor.name, "time": _since(desk, editor.since)}
        for editor in editors[:NAMED]
    ]
    more = len(editors) - NAMED
    return first if more < 1 else [*first, ngettext("%(count)d other", "%(count)d others", more) % {"count": more}]


def _since(desk: Desk, since: datetime) -> str:
    """On the viewer's clock; with the day where that is not today."""
    time = clock.time(since, desk.zone)
    return time if since.astimezone(desk.zone).date() == desk.today else f"{clock.day(since, desk.zone)}, {time}"
