"""How the hours are used."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from scheduling.services import summary
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.utilisation import page_of
from scheduling.web.views.hours import week_asked_for


@require_safe
def week(request: DeskRequest) -> HttpResponse:
    """A week of one's teams, or of oneself."""
    desk = request.desk
    chosen = week_asked_for(request.GET.get("week", "")) or desk.this_week
    found = summary.read(desk, chosen, team_asked_for(request.GET.get("team", "")))
    told = {"page": page_of(desk, found)}
    return render_part(request, "utilisation/page.html", told, part="page")


def team_asked_for(text: str) -> int | None:
    """The id of a team, None for none. Raises Http404 for anything else."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404("no such team")
    return int(text)
