from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest


def close_forms(user: Any, **_: object) -> None:
    """Whoever signs out, or is signed out, has no visit open any more. Another session of theirs says so again."""
    from scheduling.services import presence  # the services need all models, which are not there yet up here

    if user is not None:
        presence.leave_all(user)


def note_sign_in(**told: Any) -> None:
    from scheduling.services import security_events

    security_events.signed_in(told["user"])


def note_refused(**told: Any) -> None:
    from scheduling.services import security_events

    security_events.not_let_in(told["credentials"])


def note_sign_out(**told: Any) -> None:
    from scheduling.services import security_events

    security_events.signed_out(told["user"])


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
        user_logged_in.connect(note_sign_in)
        user_login_failed.connect(note_refused)
        user_logged_out.connect(note_sign_out)
        for change in (password_changed, password_set, authenticator_removed):
            change.connect(end_other_sessions)
