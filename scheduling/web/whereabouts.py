"""Which of our pages a request came from, and what was in view there. Other sites' addresses tell nothing."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

from scheduling.domain.week import Week, parse_day
from scheduling.web.htmx import split_address


@dataclass(frozen=True, slots=True)
class InView:
    """The day and the person that a page showed, as far as its address says."""

    day: date | None = None
    clinician_id: UUID | None = None


def came_from(request: HttpRequest) -> ResolverMatch | None:
    """The route of the page that asked: told by htmx, else by the browser. None for other sites and strange paths."""
    told = getattr(getattr(request, "htmx", None), "current_url", None) or request.headers.get("Referer", "")
    address = split_address(told)
    if address.netloc != request.get_host():
        return None
    try:
        return resolve(address.path)
    except Resolver404:
        return None


def in_view(request: HttpRequest, today: date) -> InView:
    """What a board showed: the day of a day page; the person of a week page, with today or the week's first day."""
    page = came_from(request)
    if page is None:
        return InView()
    try:
        if page.url_name == "day-of":
            return InView(day=parse_day(page.kwargs["day"]))
        if page.url_name == "week-of":
            days = Week.parse(page.kwargs["week"]).days
            return InView(today if today in days else days[0], page.kwargs["clinician_id"])
    except ValueError:
        return InView()
    return InView()
