"""Seats who is signed in at a desk: the one place of the dashboard where a request's clock is read."""

import hashlib
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from scheduling.services.connection import NotConfigured
from scheduling.services.desk import seat
from scheduling.web.failures import show_not_configured


def request_id() -> str:
    """The id that the log lines of this request carry."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def told_of(session_key: str) -> str:
    """What our tables may keep of a session: who has its key has the session."""
    return hashlib.sha256(session_key.encode()).hexdigest() if session_key else ""


Handler = Callable[[HttpRequest], HttpResponse]


def seat_at_desk(get_response: Handler) -> Handler:
    """Gives signed-in requests `request.desk` and activates the viewer's zone for templates."""

    def handle(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        try:
            request.desk = seat(  # type: ignore[attr-defined]
                request.user,
                now=timezone.now(),
                session=told_of(request.session.session_key or ""),
                request_id=request_id(),
            )
        except NotConfigured as sentence:
            return show_not_configured(request, str(sentence))
        with timezone.override(request.desk.zone):  # type: ignore[attr-defined]
            return get_response(request)

    return handle
