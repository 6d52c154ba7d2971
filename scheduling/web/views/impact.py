"""The visits that a leave or a closure strands, and what becomes of them."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from scheduling.ledger.models import Run
from scheduling.services import impact, options, people, runs, writes
from scheduling.services.impact import Impact
from scheduling.web.htmx import DeskRequest, leave, render_part
from scheduling.web.impact import OFFER, chosen, colleagues_chosen, page_of

WRONG = 422


@require_http_methods(["GET", "HEAD", "POST"])
def leave_of(request: DeskRequest, event_id: UUID) -> HttpResponse:
    """What somebody's leave strands, granted or asked for."""
    found = impact.of_leave(request.desk, event_id)
    names = people.names(request.desk, set(found.people))
    title = _("Visits during the leave of %(name)s") % {"name": ", ".join(names.values())}
    return _answer(request, found, Run.Cause.LEAVE, title if names else _("Visits during this leave"))


@require_http_methods(["GET", "HEAD", "POST"])
def closure_of(request: DeskRequest, number: int) -> HttpResponse:
    """What a closure strands, of all its people whom the login may see."""
    found = impact.of_closure(request.desk, number)
    return _answer(request, found, Run.Cause.CLOSURE, _("Visits on closed days"))


def _answer(request: DeskRequest, found: Impact, cause: str, title: str) -> HttpResponse:
    rights = options.of(request.desk, found)
    told = chosen(rights, request.POST, every=False)
    sent = request.method == "POST" and OFFER not in request.POST
    if sent and told.complete and told.wishes:
        subject = found.people[0] if cause == Run.Cause.LEAVE else None
        run_id = runs.start(request.desk, request.POST.get("intent", ""), cause, subject, told.wishes)
        return leave(request, reverse("run", args=[run_id]))
    before = runs.of_intent(request.desk, request.POST.get("intent", "")) if sent else None
    if before:
        return leave(request, reverse("run", args=[before.id]))
    asked, people_chosen = request.POST.get(OFFER, ""), colleagues_chosen(rights, request.POST)
    offered = options.offered(request.desk, rights, away=found.away, asked=asked, chosen=people_chosen)
    context = {
        "page": page_of(found, offered, request.POST, told.errors if sent else {}),
        "title": title,
        "intent": request.POST.get("intent") or writes.mint(request.desk),
        "here": request.path,
        "nothing_chosen": sent and not told.errors,
    }
    return render_part(request, "impact/page.html", context, status=WRONG if sent else 200)
