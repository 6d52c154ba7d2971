from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed


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


class WebConfig(AppConfig):
    name = "scheduling.web"
    label = "web"

    def ready(self) -> None:
        user_logged_out.connect(close_forms)
        user_logged_in.connect(note_sign_in)
        user_login_failed.connect(note_refused)
        user_logged_out.connect(note_sign_out)
