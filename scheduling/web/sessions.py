"""When a session has ended, or its token was renewed, while a page is open: signing in again in place.

A part is answered with a trigger that the page's own script acts on (static/js/session.js): it hides the page, asks to
sign in over it, and then sends the same request again, with the same intent and what was typed. Without script the
login page leads on to the form, which is kept for its owner and for nobody else.
"""

from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from scheduling.web import drafts
from scheduling.web.htmx import is_part, page_of, split_address, with_triggers
from scheduling.web.whereabouts import came_from


def login_link(after: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': after})}"


def session_over(request: HttpRequest, *, was_form: bool = False) -> HttpResponse:
    """401 that asks to sign in again, with the form kept; for a page that was only looked at, the login page.

    `was_form`: a form was sent, so that it is said also where it could not be kept.
    """
    kept = drafts.keep_for_owner(request, timezone.now())
    if is_part(request):
        link = login_link(page_of(request))
        answer = render(request, "errors/expired.html#part", {"login_link": link}, status=401)
        return with_triggers(answer, session_ended={"login": link})
    if not kept and not was_form:
        return redirect_to_login(page_behind(request), reverse("account_login"))
    link = login_link(reverse("draft", args=[kept]) if kept else page_behind(request))
    return render(request, "errors/expired.html", {"login_link": link, "form_kept": bool(kept)}, status=401)


def page_behind(request: HttpRequest) -> str:
    """Where to go on after signing in: the page itself, or for what is only sent, the page it was sent from."""
    if request.method != "POST":
        return request.get_full_path()
    if came_from(request) is None:
        return reverse("home")
    path = split_address(request.headers.get("Referer", "")).path
    return path if path and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else reverse("home")


def session_told(request: HttpRequest) -> dict[str, str]:
    """What a page needs to go on in a session that is not the one it was made in: the token, and whose it is."""
    return {"csrf": get_token(request), "account": drafts.mark_of(request.user)}


def signed_in(request: HttpRequest) -> HttpResponse:
    """The answer to signing in over a page: nothing to show, the page goes on."""
    answer = HttpResponse(headers={"HX-Reswap": "none"})
    return with_triggers(answer, signed_in=session_told(request))
