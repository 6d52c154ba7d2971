"""A run: its progress, going on with it, its report, its undo."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scheduling.services import resuming, runs, undoing, writes
from scheduling.services.resuming import NotResumable
from scheduling.services.runs import Told
from scheduling.services.undoing import NotUndoable
from scheduling.web.answers import trouble_of
from scheduling.web.htmx import DeskRequest, leave, render_part
from scheduling.web.runs import page_of
from scheduling.welkin.errors import NotFound, WelkinError


@require_safe
def run(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """How far it is; no call."""
    return _show(request, runs.tell(request.desk, run_id))


@require_POST
def go_on(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """Do the next steps, as many as there is time for."""
    told = runs.advance(request.desk, run_id)
    return _show(request, told) if request.htmx else leave(request, reverse("run", args=[run_id]))


@require_POST
def resume(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """Let what was stopped be tried once more; its page does it."""
    try:
        resuming.resume(request.desk, run_id)
    except NotResumable:
        messages.info(request, _("Nothing of this waits to be tried again."))
    return leave(request, reverse("run", args=[run_id]))


@require_POST
def undo(request: DeskRequest, run_id: UUID) -> HttpResponse:
    """Put everything back, as a run of its own; its page does it."""
    try:
        back = undoing.undo(request.desk, request.POST.get("intent", ""), run_id)
    except NotUndoable:
        messages.info(request, _("This cannot be put back any more: it was put back before, or is too long ago."))
        return leave(request, reverse("run", args=[run_id]))
    except NotFound:
        raise
    except WelkinError as unsent:
        messages.error(request, trouble_of(unsent)[0])
        return leave(request, reverse("run", args=[run_id]))
    return leave(request, reverse("run", args=[back]))


def _show(request: DeskRequest, told: Told) -> HttpResponse:
    page = page_of(request.desk, told)
    intent = writes.mint(request.desk) if page.may_undo else ""
    return render_part(request, "runs/page.html", {"page": page, "intent": intent})
