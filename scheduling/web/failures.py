"""Pages and parts for what went wrong outside a form: in words for people, with the status for programs.

htmx does not swap a 5xx answer, so a part's sentence also travels in the `notice` trigger, which acts all the same.
"""

import re
from dataclasses import dataclass

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scheduling.services.desk import Desk
from scheduling.web import drafts
from scheduling.web.htmx import is_part, with_triggers
from scheduling.welkin import errors

log = structlog.get_logger("daybook.web")


@dataclass(frozen=True, slots=True)
class Failure:
    """What a page says: status, template, a title and one sentence that says what to do."""

    status: int
    title: str | Promise
    sentence: str | Promise
    template: str = "errors/failure.html"


UNREACHABLE = Failure(
    503,
    _("The calendar service cannot be reached"),
    _("Nothing was changed. Wait a moment and try again; if it goes on, tell your administrator."),
    "errors/unreachable.html",
)
SLOW = Failure(
    503,
    _("The calendar service is too slow just now"),
    _("It did not answer in time. Nothing was changed. Wait a moment and try again."),
    "errors/unreachable.html",
)
BUSY = Failure(
    503,
    _("Daybook is saving too much at once"),
    _("Its own database did not take this in time. Nothing was changed. Wait a moment and send it again."),
)
NOT_KEPT = Failure(
    503,
    _("It is not known yet whether this was saved"),
    _("Daybook's own database did not answer in time. Look at the calendar before you try again."),
)
OTHER_KEY = Failure(
    503,
    _("Daybook's key was changed"),
    _(
        "What was kept under the former key cannot be opened, your second step among it. An administrator has to put "
        "the former key into SECRET_KEY_FALLBACKS, or let you set up a new second step."
    ),
)
UNKNOWN = Failure(
    503,
    _("It is not known yet whether this was saved"),
    _("The calendar service did not answer clearly. Look at the calendar before you try again."),
    "errors/unreachable.html",
)
CREDENTIALS = Failure(
    502,
    _("Daybook cannot sign in to the calendar service"),
    _(
        "Its API client name or secret is refused for this tenant. An administrator has to check WELKIN_CLIENT, "
        "WELKIN_SECRET and WELKIN_TENANT."
    ),
    "errors/unreachable.html",
)
TENANT = Failure(
    502,
    _("The calendar service does not know this tenant"),
    _("An administrator has to check WELKIN_URL, WELKIN_TENANT and WELKIN_INSTANCE."),
    "errors/unreachable.html",
)
CLOSED = Failure(
    502,
    _("The calendar service does not allow this to Daybook"),
    _("Daybook's API client lacks the right. Nothing was changed. An administrator can grant it in Welkin."),
    "errors/unreachable.html",
)
MALFORMED = Failure(
    502,
    _("The calendar service gave an answer that cannot be read"),
    _("Nothing is shown, so that no hour looks free that is not. If it goes on, tell your administrator."),
    "errors/unreachable.html",
)
NOT_FOUND = Failure(
    404, _("Not found"), _("It may have been deleted meanwhile, or the link is wrong."), "errors/404.html"
)
NOT_ALLOWED = Failure(
    403,
    _("Your role does not allow this"),
    _("Ask a coordinator of the team or your administrator."),
    "errors/403.html",
)
STALE_FORM = Failure(
    409, _("This form cannot be sent any more"), _("Open it again; nothing was changed."), "errors/invalid.html"
)
USED_FORM = Failure(
    409,
    _("This form was sent already"),
    _("It was sent with other content, and nothing more was changed now. What you typed since is kept."),
    "errors/invalid.html",
)
TOO_OFTEN = Failure(429, _("That was asked too often"), _("Wait a moment and ask again."), "errors/limited.html")
REFUSED = Failure(422, _("The calendar service refused this"), _("Nothing was changed."), "errors/invalid.html")


# Never sent back to a browser, not even hidden in the form that would send it again.
SECRET = frozenset({"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"})
OF_ONE_THING = re.compile(r"\{(?!tenant\}|instance\})")


def _no_such_place(error: errors.WelkinError) -> bool:
    """Whether a whole list was not found: then it is the tenant or instance that does not exist, and no thing in it."""
    return isinstance(error, errors.NotFound) and bool(error.route) and not OF_ONE_THING.search(error.route)


def failure_of(error: errors.WelkinError) -> Failure:
    """The words for an error of the client; the more special kinds first."""
    if _no_such_place(error):
        return TENANT
    table: tuple[tuple[type[errors.WelkinError], Failure], ...] = (
        (errors.Unknown, UNKNOWN),
        (errors.Timeout, SLOW),
        (errors.Unreachable, UNREACHABLE),
        (errors.Unavailable, UNREACHABLE),
        (errors.UnknownTenant, TENANT),
        (errors.UnknownInstance, TENANT),
        (errors.BadCredentials, CREDENTIALS),
        (errors.NotAuthorized, CLOSED),
        (errors.NotFound, NOT_FOUND),
        (errors.Malformed, MALFORMED),
    )
    return next((failure for kind, failure in table if isinstance(error, kind)), REFUSED)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sent, for sending it again: nobody types twice because something else was down."""
    if request.method != "POST":
        return []
    return [(name, value) for name, values in request.POST.lists() for value in values if name not in SECRET]


def show(
    request: HttpRequest, failure: Failure, sentence: str = "", *, keep: bool = False, **more: object
) -> HttpResponse:
    """The failure as a page that keeps what was typed, or for htmx, where the form stays, as a part with a notice.

    `keep`: the page offers to send it again also where the failure is not the server's; `more` is for the template.
    """
    told = {
        **more,
        "title": failure.title,
        "sentence": sentence or failure.sentence,
        "retry": request.get_full_path(),
        "status": failure.status,
    }
    if not is_part(request):
        kept = typed(request) if keep or failure.status >= 500 else []
        return render(request, failure.template, told | {"kept": kept}, status=failure.status)
    answer = render(request, f"{failure.template}#part", told, status=failure.status)
    if failure.status < 500:
        return answer
    return with_triggers(answer, notice={"title": str(told["title"]), "text": str(told["sentence"])})


def show_api_failure(request: HttpRequest, error: errors.WelkinError) -> HttpResponse:
    failure = failure_of(error)
    log.warning("api_failure", kind=type(error).__name__, status=error.status, code=error.code)
    return show(request, failure)


def show_not_allowed(request: HttpRequest, action: str) -> HttpResponse:
    log.warning("not_allowed", action=action)
    return show(request, NOT_ALLOWED)


def show_used_form(request: HttpRequest, desk: Desk | None) -> HttpResponse:
    """A form that was sent before with other content, or is nobody's: what came of it, and what was typed since."""
    key = request.POST.get("intent", "")
    anew = drafts.keep_anew(request, desk) if desk else ""
    before = bool(desk) and drafts.is_own(request)
    if not before:
        return show(request, STALE_FORM)
    sentence = "" if anew else str(STALE_FORM.sentence)
    link = reverse("outcome", args=[key])
    return show(request, USED_FORM, sentence, link=link, link_label=_("See what came of it"), anew=anew)


def show_busy(request: HttpRequest) -> HttpResponse:
    return show(request, BUSY)


def show_not_kept(request: HttpRequest, error: Exception) -> HttpResponse:
    """Our own database did not take something in the middle of the work: nobody promises that nothing happened."""
    log.warning("ledger_busy", exception_type=type(error).__name__)
    return show(request, BUSY if request.method in ("GET", "HEAD") else NOT_KEPT)


def show_other_key(request: HttpRequest) -> HttpResponse:
    log.error("key_changed")
    return show(request, OTHER_KEY)


def show_not_configured(request: HttpRequest, sentence: str) -> HttpResponse:
    return show(request, Failure(503, _("Daybook is not set up yet"), sentence, "errors/unreachable.html"))
