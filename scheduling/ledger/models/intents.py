"""What we asked the API for, on whose wish, and what came of it."""

from django.conf import settings
from django.db import models


class Intent(models.Model):
    """One wish to change something, minted with the form that asks for it (design 5.1).

    It belongs to one login; the session is noted, not required, so that a form survives signing in again. Submitting
    the same form again finds the stored outcome here.
    """

    class State(models.TextChoices):
        MINTED = "minted"
        WORKING = "working"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        UNKNOWN = "unknown"

    key = models.CharField(max_length=43, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=64)
    action = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MINTED)
    minted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # Ids and codes only: what a page needs to tell the outcome again.
    outcome = models.JSONField(default=dict)
    scope = models.CharField(max_length=200, blank=True)
    # Until when the worker that took it is believed to be alive; whoever finds it later may take it over.
    lease_until = models.DateTimeField(null=True)
    # Set just before the request leaves: an intent without it has certainly not reached the API.
    sent_at = models.DateTimeField(null=True)
    sends = models.PositiveSmallIntegerField(default=0)
    # What was asked for, encrypted, as long as it may have to be sent once more with the same marker.
    sealed = models.BinaryField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True)
    # An ending that was concluded and not told by the API is looked after until then (a late effect).
    watch_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "started_at"], name="intent_open"),
            models.Index(fields=["scope", "watch_until"], name="intent_watched"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.state}"
