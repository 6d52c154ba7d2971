"""The forms of allauth where we say something else."""

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """User name or e-mail and password. A password manager takes the first for the name of the login."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
