"""One log line for each request: the route's name, never the path, so that no id or query is kept."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from scheduling.services import metrics
from scheduling.services.connection import count_calls, note_standing

log = structlog.get_logger("daybook.access")

Handler = Callable[[HttpRequest], HttpResponse]


def note_access(get_response: Handler) -> Handler:
    """Says how a request ended, how long it took and how many API calls it cost."""

    def handle(request: HttpRequest) -> HttpResponse:
        began, calls = time.monotonic(), count_calls()
        answer = get_response(request)
        route = request.resolver_match.view_name if request.resolver_match else ""
        method = str(request.method) if request.method in METHODS else "OTHER"
        seconds = time.monotonic() - began
        if calls and metrics.is_counting():
            note_standing()
        metrics.note_request(route, method, answer.status_code, seconds)
        if route not in UNTOLD:
            log.info(
                "request",
                method=method,
                route=route,
                status=answer.status_code,
                ms=round(seconds * 1000),
                api_calls=len(calls),
            )
        return answer

    return handle


# Asked every few seconds by machines.
UNTOLD = frozenset({"health", "ready", "metrics"})
# A method is free text of the client.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
