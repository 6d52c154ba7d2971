"""What allauth asks us: who may sign up, where a request came from, how secrets are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal.ratelimit import truncate_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _plain
from django.utils.translation import gettext_lazy as _

from scheduling.services.sealing import seal, unseal
from scheduling.web.middleware.proxies import NOWHERE, client_address
from scheduling.web.sudo import is_fresh

WRONG = _("The name or the password is wrong.")


class ClosedDoor(DefaultAccountAdapter):
    """Nobody signs up by themselves: a login is made by an administrator."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": WRONG,
        "username_password_mismatch": WRONG,
        "too_many_login_attempts": _("Too many wrong tries from your address. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether to go on there: a path of ours. What cannot even be read as an address is none."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or NOWHERE

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords are counted for a name and an address together.

        By the name alone, anybody could keep its owner out by typing wrong ones.
        """
        name = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{name} {truncate_ip(self.get_client_ip(request))}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Whoever has only just signed in is not asked once more."""
        return not is_fresh(context.request)


class SealedFactors(DefaultMFAAdapter):
    """The secrets of authenticator apps and recovery codes are sealed: a copy of the database signs nobody in."""

    def encrypt(self, text: str) -> str:
        return seal(text).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        return _plain("Passkey %(number)d") % {"number": Authenticator.objects.filter(user=user, type=type).count() + 1}

    def decrypt(self, encrypted_text: str) -> str:
        """Raises NotReadable under another key: never a made-up secret, whose codes anybody could work out."""
        return str(unseal(encrypted_text.encode()))
