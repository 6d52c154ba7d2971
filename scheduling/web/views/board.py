"""The week of one person and the day of a team."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from scheduling.accounts.models import Density
from scheduling.domain.week import Week, parse_day
from scheduling.services import staff_sets
from scheduling.services import week as weeks
from scheduling.web.board.filter import VIEWS
from scheduling.web.board.filter import asked as asked_filter
from scheduling.web.board.live import HEADER, changes, held, mark_of
from scheduling.web.board.model import Board
from scheduling.web.board.openers import HOURS, WORKED
from scheduling.web.board.page import day_board, week_board
from scheduling.web.board.team import TeamBoard
from scheduling.web.htmx import DeskRequest, is_part, render_part, with_triggers
from scheduling.web.since import count_words

from .board_look import as_list

Found = TypeVar("Found")
# What the board keeps in the session between visits: the team that was looked at, and which hours are open.
KEPT_TEAM, KEPT_HOURS = "board_team", "board_hours"


def parse_week(text: str) -> Week:
    """The week of an address. Raises Http404 for one that does not exist."""
    try:
        return Week.parse(text)
    except ValueError as wrong:
        raise Http404 from wrong


def remember(request: DeskRequest, name: str, value: str | bool) -> None:
    """Keep a choice in the session; the same as before is no write, so that looking needs no database that writes."""
    if request.session.get(name) != value:
        request.session[name] = value


def open_hours(request: DeskRequest) -> str:
    """Which hours are shown, one of HOURS: as the address says, else as last time."""
    asked = request.GET.get("hours", "")
    if asked in HOURS:
        remember(request, KEPT_HOURS, asked)
    return str(request.session.get(KEPT_HOURS, WORKED))


@require_safe
def own_week(request: DeskRequest) -> HttpResponse:
    """To a week: the person and date that the pickers chose, else one's own or the first of one's teams."""
    try:
        person = UUID(request.GET["clinician"]) if request.GET.get("clinician") else None
        day = parse_day(request.GET["date"]) if request.GET.get("date") else request.desk.today
    except ValueError as wrong:
        raise Http404 from wrong
    person = person or weeks.first_clinician(request.desk)
    if person is None:
        return render(request, "week/nobody.html")
    return to_board(request, reverse("week-of", args=[person, str(weeks.week_holding(day))]))


@require_safe
def this_week(request: DeskRequest, clinician_id: UUID) -> HttpResponse:
    return redirect("week-of", clinician_id=clinician_id, week=str(request.desk.this_week))


@require_safe
def week(request: DeskRequest, clinician_id: UUID, week: str) -> HttpResponse:
    """Seven days of one clinician."""
    found = weeks.week_of(request.desk, clinician_id, parse_week(week))
    chosen = asked_filter(request.GET)
    listed = as_list(request, chosen)
    board = week_board(request.desk, found, hours=open_hours(request), chosen=chosen, as_list=listed)
    news = count_words(found.news) if found.news else ""
    return current(request, "week/page.html", board, frame=mark_of(board.frame, news), news=news)


def current(request: DeskRequest, template: str, board: Board | TeamBoard, *, frame: str, **told: Any) -> HttpResponse:
    """The board as a page or a part; for a page that holds it already only what changed since, or nothing at all.

    `frame` is the mark of all that can only come whole.
    """
    told |= {"board": board, "frame": frame, "densities": Density.choices, "go_date": board.anchor}
    holds = held(request.headers.get(HEADER, "")) if is_part(request) else None
    found = changes(holds, frame, board.parts) if holds else None
    if found is None or found.whole:
        return render_part(request, template, told, part="board")
    parts = f"{'team' if board.kind == 'team' else 'board'}/parts.html"
    answer = HttpResponse(status=204) if found.nothing else render(request, parts, told | {"changed": found.ids})
    answer.headers[HEADER] = "parts"
    return with_triggers(answer, board_read={"text": _("As read at %(at)s") % {"at": board.read_at}})


@require_safe
def today(request: DeskRequest) -> HttpResponse:
    """To a day: the one that the picker chose, else today."""
    try:
        day = parse_day(request.GET["date"]) if request.GET.get("date") else request.desk.today
    except ValueError as wrong:
        raise Http404 from wrong
    return to_board(request, reverse("day-of", args=[day.isoformat()]))


def to_board(request: DeskRequest, path: str, views: Sequence[str] = VIEWS) -> HttpResponse:
    """To a board that has these views, with the team and the filter of this address; what cannot be one is left out."""
    team = request.GET.get("team", "")
    is_team = team.isdigit() or team in (weeks.OWN_TEAMS, weeks.EVERYBODY) or staff_sets.is_key(team)
    told = [f"team={team}" if is_team else "", asked_filter(request.GET, views).query]
    query = "&".join(filter(None, told))
    return redirect(f"{path}?{query}" if query else path)


def of_team(request: DeskRequest, read: Callable[[str], Found]) -> Found:
    """What is read for the team of the address, else for the last one, else for the own ones; kept for the next time.

    Raises Http404 for an address with a team or set that does not exist; one that was only kept is forgotten.
    """
    told = request.GET.get("team")
    asked = told or request.session.get(KEPT_TEAM) or weeks.OWN_TEAMS
    try:
        found = read(asked)
    except weeks.NoSuchTeam as wrong:
        request.session.pop(KEPT_TEAM, None)
        if told:
            raise Http404 from wrong
        return read(weeks.OWN_TEAMS)
    remember(request, KEPT_TEAM, asked)
    return found


@require_safe
def day(request: DeskRequest, day: str) -> HttpResponse:
    """One day of a team, its people side by side."""
    try:
        shown = parse_day(day)
        found = of_team(request, lambda team: weeks.day_of(request.desk, shown, team))
    except (ValueError, weeks.NoSuchDay) as wrong:
        raise Http404 from wrong
    chosen = asked_filter(request.GET)
    listed = as_list(request, chosen)
    board = day_board(request.desk, found, hours=open_hours(request), chosen=chosen, as_list=listed)
    return current(request, "day/page.html", board, frame=board.frame)
