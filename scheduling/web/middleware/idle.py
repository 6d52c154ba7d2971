"""Ends a session that nobody has used for a while, and every session after its longest time.

Asking for news in the background is not use.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from scheduling.services import sessions
from scheduling.services.sessions import Whence
from scheduling.web.middleware.proxies import NOWHERE, client_address

Handler = Callable[[HttpRequest], HttpResponse]
USED, BEGAN = "used-at", "began-at"
# Written at most this often (seconds), so that reading pages does not write a session each time.
NOTE_EVERY = 30


def is_background(request: HttpRequest) -> bool:
    """Whether the page asked by itself: such elements send the header `X-Background`."""
    return "X-Background" in request.headers


def is_over(request: HttpRequest, now: float) -> bool:
    """Whether the session was idle for SESSION_IDLE or has lasted SESSION_COOKIE_AGE seconds."""
    idle, lasted = now - request.session.get(USED, now), now - request.session.get(BEGAN, now)
    return idle > settings.SESSION_IDLE or lasted > settings.SESSION_COOKIE_AGE


def note_session(request: HttpRequest) -> None:
    """Keep where the session is used, for the list of sessions and for ending it from elsewhere."""
    whence = Whence(client_address(request) or NOWHERE, request.headers.get("User-Agent", ""))
    sessions.note_use(request.user, request.session.session_key or "", whence, timezone.now())  # type: ignore[arg-type]


def end_idle_sessions(get_response: Handler) -> Handler:
    """Sign out a login whose session is over; note the time of a real request."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            if is_over(request, now):
                logout(request)
            elif not is_background(request) and now - request.session.get(USED, 0) > NOTE_EVERY:
                request.session[USED] = now
                request.session.setdefault(BEGAN, now)
                note_session(request)
        return get_response(request)

    return handle
