from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out


def close_forms(user: Any, **_: object) -> None:
    """Whoever signs out, or is signed out, has no visit open any more. Another session of theirs says so again."""
    from scheduling.services import presence  # the services need all models, which are not there yet up here

    if user is not None:
        presence.leave_all(user)


class WebConfig(AppConfig):
    name = "scheduling.web"
    label = "web"

    def ready(self) -> None:
        user_logged_out.connect(close_forms)
