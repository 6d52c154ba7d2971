"""Closed by default: a view is for people who are signed in unless it says otherwise."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from scheduling.web.htmx import is_part, sign_in_again


class LoginRequired(LoginRequiredMiddleware):
    """Sends a page to the login; tells a part of a page that the session has ended, in its place."""

    def handle_no_permission(self, request: HttpRequest, view_func: object) -> HttpResponseBase:  # type: ignore[override]
        if is_part(request):
            return sign_in_again(request, reverse("account_login"))
        return super().handle_no_permission(request, view_func)  # type: ignore[arg-type]
