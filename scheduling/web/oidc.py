"""Signing in over the clinic's own OpenID Connect provider: only who has a login here already, by verified e-mail.

Nothing of the provider is kept: each sign-in is matched anew, and the second step follows as after a password.
"""

from collections.abc import Callable
from typing import Any, NoReturn

import structlog
from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from scheduling.services.logins import login_of_email
from scheduling.web.failures import Failure, show

log = structlog.get_logger("daybook.web")

PROVIDER = "clinic"
UNKNOWN = Failure(
    403,
    _("There is no login for you here"),
    _("Your organisation knows you, but Daybook does not know your e-mail address: ask your administrator."),
    "errors/403.html",
)
FAILED = Failure(
    502,
    _("Signing in over your organisation did not work"),
    _("Try again in a moment, or sign in with a password."),
)


def over_provider(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view of allauth for the clinic's provider. Allauth lets it pass when the provider's description is away."""

    @login_not_required
    def handle(request: HttpRequest, provider_id: str) -> HttpResponseBase:
        try:
            return view(request, provider_id)
        except RequestException as away:
            log.warning("oidc_away", exception_type=type(away).__name__)
            return show(request, FAILED)

    return handle


to_provider, from_provider = over_provider(views.login), over_provider(views.callback)


def refuse(request: HttpRequest, failure: Failure) -> NoReturn:
    raise ImmediateHttpResponse(show(request, failure))


class KnownOnly(DefaultSocialAccountAdapter):
    """Makes no login and ties none: whoever the provider vouches for signs in as the one of that address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Raises ImmediateHttpResponse always: the answer, whether it signs in or refuses."""
        verified = [row.email for row in sociallogin.email_addresses if row.verified is True]
        account = login_of_email(verified[0]) if len(verified) == 1 else None
        if account is None:
            refuse(request, UNKNOWN)
        record_authentication(request, account, "socialaccount", provider=sociallogin.account.provider)
        raise ImmediateHttpResponse(
            perform_login(
                request, account, email_verification="none", redirect_url=sociallogin.get_redirect_url(request)
            )
        )

    def on_authentication_error(self, request: HttpRequest, provider: object, *args: Any, **kwargs: Any) -> None:
        """Raises ImmediateHttpResponse: cancelled or broken, the page says so and leads back."""
        refuse(request, FAILED)
