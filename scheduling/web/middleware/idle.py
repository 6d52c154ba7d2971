"""Ends a session that nobody has used for a while. Asking for news in the background is not use."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Handler = Callable[[HttpRequest], HttpResponse]
USED = "used-at"
# Written at most this often (seconds), so that reading pages does not write a session each time.
NOTE_EVERY = 30


def is_background(request: HttpRequest) -> bool:
    """Whether the page asked by itself: such elements send the header `X-Background`."""
    return "X-Background" in request.headers


def end_idle_sessions(get_response: Handler) -> Handler:
    """Sign out a login whose last real request is SESSION_IDLE seconds ago; note the time of this one."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            if now - request.session.get(USED, now) > settings.SESSION_IDLE:
                logout(request)
            elif not is_background(request) and now - request.session.get(USED, 0) > NOTE_EVERY:
                request.session[USED] = now
        return get_response(request)

    return handle
