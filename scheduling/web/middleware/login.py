"""Closed by default: a view is for people who are signed in unless it says otherwise."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase

from scheduling.web.sessions import session_over


class LoginRequired(LoginRequiredMiddleware):
    """Sends a page to the login; tells a part of a page, or a form, that the session has ended, in its place."""

    def handle_no_permission(self, request: HttpRequest, view_func: object) -> HttpResponseBase:  # type: ignore[override]
        return session_over(request)
