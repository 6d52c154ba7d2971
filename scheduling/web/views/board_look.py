"""The switches of the boards: grid or list, visits or figures of a team, density.

Kept for the login; a `view` in an address holds for that page.
"""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from scheduling.accounts.models import Density
from scheduling.services import board_look
from scheduling.web.board.filter import TEAM_VIEWS, VIEWS, Filter
from scheduling.web.htmx import DeskRequest


def as_list(request: DeskRequest, chosen: Filter) -> bool:
    """Whether the board is shown as a list: as the address says, else as the login likes it."""
    return chosen.view == "list" if chosen.view else request.desk.account.board_list


def with_visits(request: DeskRequest, chosen: Filter) -> bool:
    """Whether the week of a team shows each visit: as the address says, else as the login likes it."""
    return chosen.view == "visits" if chosen.view else request.desk.account.board_visits


@require_POST
def switch(request: DeskRequest) -> HttpResponse:
    """Remember what was pressed, and go back to the board."""
    view, density = request.POST.get("view"), request.POST.get("density")
    if view in VIEWS:
        board_look.set_list(request.desk, view == "list")
    if view in TEAM_VIEWS:
        board_look.set_visits(request.desk, view == "visits")
    if density in Density.values:
        board_look.set_density(request.desk, density)
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else reverse("week"))
