"""The week of a team: a row for each person."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from scheduling.domain.week import parse_day
from scheduling.services.team_week import team_week
from scheduling.services.week import week_holding
from scheduling.web.board.filter import TEAM_VIEWS
from scheduling.web.board.filter import asked as asked_filter
from scheduling.web.board.team import team_board
from scheduling.web.htmx import DeskRequest

from .board import current, of_team, parse_week, to_board
from .board_look import with_visits


@require_safe
def this_week(request: DeskRequest) -> HttpResponse:
    """To a week: the one of the date that the picker chose, else this one."""
    try:
        day = parse_day(request.GET["date"]) if request.GET.get("date") else request.desk.today
    except ValueError as wrong:
        raise Http404 from wrong
    return to_board(request, reverse("team-of", args=[str(week_holding(day))]), TEAM_VIEWS)


@require_safe
def week(request: DeskRequest, week: str) -> HttpResponse:
    """Seven days of a team."""
    shown = parse_week(week)
    chosen = asked_filter(request.GET, TEAM_VIEWS)
    visits = with_visits(request, chosen)
    found = of_team(request, lambda team: team_week(request.desk, shown, team, named=visits))
    board = team_board(request.desk, found, chosen=chosen, visits=visits)
    return current(request, "team/page.html", board, frame=board.frame)
