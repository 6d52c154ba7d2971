"""Pages that want to know again who is there: after some minutes, the open screen of somebody else is no proof."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from scheduling.web.htmx import is_part, leave, page_of
from scheduling.web.sessions import page_behind

View = Callable[..., HttpResponseBase]
# Seconds that somebody may take to fill in a form that opened while they were sure to be there.
TYPING = 600


def is_fresh(request: HttpRequest, still: int = 0) -> bool:
    """Whether the login proved itself within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds: at sign-in, or asked again.

    `still`: seconds that are granted beyond it.

    The demo's logins have nothing to prove it by, and are nobody's; so it is with one that has neither password nor
    factor, which another service signs in.
    """
    user = request.user
    if not user.is_authenticated:
        return False
    if (settings.DEMO and getattr(user, "demo", False)) or not get_reauthentication_flows(user):
        return True
    proofs = get_authentication_records(request, user)
    return bool(proofs) and time.time() - proofs[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT + still


def ask_again(request: HttpRequest) -> HttpResponseBase:
    """To the page that asks for the password or a code, and from there back.

    What was sent is not sent again by itself: from a form, back to the page that it stood on.
    """
    after = page_of(request) if is_part(request) else page_behind(request)
    return leave(request, f"{reverse('account_reauthenticate')}?{urlencode({'next': after})}")


def fresh_sign_in(view: View) -> View:
    """Shows the view to whoever proved only just who they are; everybody else is asked first."""

    @wraps(view)
    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if is_fresh(request) else ask_again(request)

    return handle


def fresh_form(view: View) -> View:
    """As `fresh_sign_in`, for a page that is a form: what is sent may come TYPING seconds later than the page itself.

    The form has opened for nobody but whoever had proved who they are, and nothing that was typed is lost.
    """

    @wraps(view)
    def handle(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        still = TYPING if request.method == "POST" else 0
        return view(request, *args, **kwargs) if is_fresh(request, still) else ask_again(request)

    return handle
