"""One URL, page or part: what htmx asks for, and how views answer it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from scheduling.services.desk import Desk


class DeskRequest(HttpRequest):
    """A request as our views see it, after the middleware."""

    htmx: HtmxDetails
    desk: Desk


def is_part(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for. Boosted links and the history want whole pages."""
    htmx = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request  # type: ignore[union-attr]


def render_part(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, part: str = "part", status: int = 200
) -> HttpResponse:
    """The page, or for htmx its named partial."""
    name = f"{template}#{part}" if is_part(request) else template
    return render(request, name, dict(context), status=status)


def leave(request: HttpRequest, url: str) -> HttpResponse:
    """Go to another page, from a part too."""
    return HttpResponse(headers={"HX-Redirect": url}) if is_part(request) else redirect(url)


def with_triggers(answer: HttpResponse, **events: Any) -> HttpResponse:
    """Tell the page what happened: names in the past tense or commands (`appointment-changed`, `close-dialog`)."""
    told = {name.replace("_", "-"): detail for name, detail in events.items()}
    answer.headers["HX-Trigger"] = json.dumps(told)
    return answer


def split_address(told: str) -> SplitResult:
    """The parts of an address that a browser told; empty ones for what is no address."""
    try:
        return urlsplit(told)
    except ValueError:
        return SplitResult("", "", "", "", "")


def page_of(request: HttpRequest) -> str:
    """The path of the page that a part was asked from, for coming back to it; the request's own path otherwise."""
    current = getattr(getattr(request, "htmx", None), "current_url", None) or ""
    parts = split_address(current)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if path and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return request.get_full_path()
