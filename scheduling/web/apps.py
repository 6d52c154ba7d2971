from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest


def close_forms(user: Any, **_: object) -> None:
    """Whoever signs out, or is signed out, has no visit open any more. Another session of theirs says so again."""
    from scheduling.services import presence  # the services need all models, which are not there yet up here

    if user is not None:
        presence.leave_all(user)


def end_other_sessions(request: HttpRequest, user: Any, **_: object) -> None:
    """With another password, or one factor less, whoever signed in before has to sign in again elsewhere."""
    from scheduling.services import sessions
    from scheduling.web.middleware.second_factor import forget

    forget(request)
    sessions.end_all(user, except_key=request.session.session_key)


class WebConfig(AppConfig):
    name = "scheduling.web"
    label = "web"

    def ready(self) -> None:
        from allauth.account.signals import password_changed, password_set
        from allauth.mfa.signals import authenticator_removed

        user_logged_out.connect(close_forms)
        for change in (password_changed, password_set, authenticator_removed):
            change.connect(end_other_sessions)
