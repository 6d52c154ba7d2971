"""What the page of one's own calendar feed says."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _


def address_of(token: str) -> str:
    """The feed's address, from the configured origin and never from the request's (reliability 3, "Host header")."""
    return f"{settings.PUBLIC_URL}{reverse('feed-file', args=[token])}"


def told(query: Mapping[str, object]) -> str:
    """What came of the change before; empty where there was none."""
    if "saved" in query:
        return _("Saved. Calendar programs show it when they ask again, within a few hours.")
    if "closed" in query:
        return _("The feed is closed: its address leads to nothing any more.")
    return ""
