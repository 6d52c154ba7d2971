"""What allauth asks us: who may sign up, where a request came from, how secrets are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse

from scheduling.services.sealing import seal, unseal
from scheduling.web.middleware.proxies import NOWHERE, client_address
from scheduling.web.sudo import is_fresh


class ClosedDoor(DefaultAccountAdapter):
    """Nobody signs up by themselves: a login is made by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or NOWHERE

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Whoever has only just signed in is not asked once more."""
        return not is_fresh(context.request)


class SealedFactors(DefaultMFAAdapter):
    """The secrets of authenticator apps and recovery codes are sealed: a copy of the database signs nobody in."""

    def encrypt(self, text: str) -> str:
        return seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises NotReadable under another key: never a made-up secret, whose codes anybody could work out."""
        return str(unseal(encrypted_text.encode()))
