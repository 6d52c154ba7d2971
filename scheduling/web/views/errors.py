"""Django's own failures in our words. The 500 page uses nothing that could fail again."""

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scheduling.web import drafts
from scheduling.web.failures import NOT_ALLOWED, NOT_FOUND, Failure, show
from scheduling.web.htmx import is_part, with_triggers
from scheduling.web.middleware.desk import request_id
from scheduling.web.sessions import session_over, session_told

BAD_REQUEST = Failure(400, _("This request cannot be understood"), _("Go back and try again."), "errors/invalid.html")
CSRF = Failure(
    403,
    _("This form is too old"),
    _("You were signed out or signed in again since it was opened. Go back, reload the page and send it again."),
    "errors/csrf.html",
)
RENEWED = Failure(
    403,
    _("You signed in again since this form was opened"),
    _("Nothing was changed, and what you typed is still here: send it once more."),
    "errors/csrf.html",
)


TOO_MANY = Failure(
    429,
    _("Too many requests"),
    _("From your address or login came too many in a short time. Wait a minute and try again."),
    "errors/invalid.html",
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, NOT_ALLOWED)


def too_many(request: HttpRequest) -> HttpResponse:
    answer = show(request, TOO_MANY)
    answer.headers["Retry-After"] = "60"
    return answer


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return show(request, NOT_FOUND)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is of another session than the request: of one that has ended, or from before a new sign-in.

    The token was renewed when the same person signed in elsewhere (F48): the page's script takes the new one and sends
    the form again, once. Without script the person does that themselves. The form of somebody else is kept for them
    and shown to nobody.
    """
    if not request.user.is_authenticated:
        return session_over(request, was_form=True)
    if is_part(request):
        return with_triggers(show(request, CSRF), token_renewed=session_told(request))
    if drafts.is_own(request):
        return show(request, RENEWED, keep=True)
    drafts.keep_for_owner(request, timezone.now())
    return show(request, CSRF)


def broken(request: HttpRequest) -> HttpResponse:
    """The page for a mistake of ours: a reference number to tell, no internals."""
    reference = request_id()
    if getattr(request, "htmx", None):
        words = _("Something went wrong on our side. Nothing more was changed. If you tell somebody, this helps:")
        return with_triggers(HttpResponse(status=500), notice={"text": f"{words} {reference}"})
    return HttpResponse(loader.get_template("errors/500.html").render({"reference": reference}), status=500)
