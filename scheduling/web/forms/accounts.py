"""The forms of allauth where we say something else."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator

from scheduling.services.factors import take_code


class SignInForm(LoginForm):
    """User name or e-mail and password. A password manager takes the first for the name of the login."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class OnceOnly:
    """A code that was used is no code any more, whichever process took it."""

    authenticator: Authenticator

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        if not take_code(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondStepForm(OnceOnly, AuthenticateForm):
    """A code of the app or a recovery code, after the password."""


class CodeAgainForm(OnceOnly, ReauthenticateForm):
    """The same, asked once more of who is signed in."""
