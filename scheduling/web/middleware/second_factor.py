"""Whoever has no second factor sets one up before anything else is shown (MFA_REQUIRED)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from scheduling.services import factors
from scheduling.web.htmx import leave

# In the session once a factor was seen, so that it is not looked for at every request.
SEEN = "second-factor"
# What setting one up takes, and the ways out.
OPEN = frozenset(
    {
        *("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"),
        *(
            "account_login",
            "account_logout",
            "account_reauthenticate",
            "account_inactive",
            "account-stay",
            "health",
            "ready",
            "metrics",
        ),
    }
)


def forget(request: HttpRequest) -> None:
    """A factor was removed: look again."""
    request.session.pop(SEEN, None)


def lacks_factor(request: HttpRequest) -> bool:
    """Whether the one who is signed in has to set up a second factor first."""
    if not (settings.MFA_REQUIRED and request.user.is_authenticated) or request.session.get(SEEN):
        return False
    if factors.has_any(request.user):
        request.session[SEEN] = True
        return False
    return True


class SecondFactorRequired(MiddlewareMixin):
    """Leads to the page that sets up a factor; templates see `request.must_set_up` there."""

    def process_view(self, request: HttpRequest, view: object, args: Any, kwargs: Any) -> HttpResponse | None:
        if not lacks_factor(request):
            return None
        request.must_set_up = True  # type: ignore[attr-defined]
        match = request.resolver_match
        return None if match and match.view_name in OPEN else leave(request, reverse("mfa_index"))
