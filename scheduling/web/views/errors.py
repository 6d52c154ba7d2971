"""Django's own failures in our words. The 500 page uses nothing that could fail again."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from scheduling.web.failures import NOT_ALLOWED, NOT_FOUND, Failure, show
from scheduling.web.htmx import is_part, sign_in_again, with_triggers
from scheduling.web.middleware.desk import request_id

BAD_REQUEST = Failure(400, _("This request cannot be understood"), _("Go back and try again."), "errors/invalid.html")
CSRF = Failure(
    403,
    _("This form is too old"),
    _("You were signed out or signed in again since it was opened. Go back, reload the page and send it again."),
    "errors/csrf.html",
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, NOT_ALLOWED)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, NOT_FOUND)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of a session that has ended says so; one of another session of the same person asks to load it anew."""
    if request.user.is_authenticated:
        return show(request, CSRF)
    if is_part(request):
        return sign_in_again(request, reverse("account_login"))
    link = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    return render(request, "errors/expired.html", {"login_link": link}, status=401)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for a mistake of ours: a reference number to tell, no internals."""
    reference = request_id()
    if getattr(request, "htmx", None):
        words = _("Something went wrong on our side. Nothing more was changed. If you tell somebody, this helps:")
        return with_triggers(HttpResponse(status=500), notice={"text": f"{words} {reference}"})
    return HttpResponse(loader.get_template("errors/500.html").render({"reference": reference}), status=500)
