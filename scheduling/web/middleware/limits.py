"""What costs much is answered only so often for each login; the rest is told when it may ask again."""

import time
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import ngettext

from scheduling.web import limits
from scheduling.web.failures import TOO_OFTEN, show

log = structlog.get_logger("daybook.web")


class Limits(MiddlewareMixin):
    """Only for who is signed in: nobody else reaches these routes."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        route = request.resolver_match.view_name if request.resolver_match else ""
        cost = limits.ROUTES.get(route)
        desk = getattr(request, "desk", None)
        if cost is None or desk is None:
            return None
        seconds = limits.wait(cost, desk.account.pk, time.time())
        return refuse(request, cost, seconds) if seconds else None


def refuse(request: HttpRequest, cost: limits.Cost, seconds: int) -> HttpResponse:
    """429 with the time to wait, and with what was typed for sending it again."""
    log.warning("limited", kind=str(cost))
    told = ngettext(
        "Ask again in %(count)d second. What you typed is kept.",
        "Ask again in %(count)d seconds. What you typed is kept.",
        seconds,
    )
    answer = show(request, TOO_OFTEN, told % {"count": seconds}, keep=True)
    answer.headers["Retry-After"] = str(seconds)
    return answer
