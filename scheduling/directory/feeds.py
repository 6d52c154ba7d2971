"""Private calendar feeds: who has one, and what it has shown, so that a change is told as one (RFC 5545 3.8.7.4)."""

from django.conf import settings
from django.db import models


class Feed(models.Model):
    """A clinician's feed. Only a digest of its address is kept: who copies this table cannot read anybody's calendar.

    `shown_at`: when what it shows was read. `asked_since` and `asked`: how often it was asked for of late.
    """

    scope = models.CharField(max_length=200)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    detail = models.CharField(max_length=12, default="busy")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)
    asked_since = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "account"], name="one_feed_a_login")]

    def __str__(self) -> str:
        return f"{self.account_id} since {self.made_at:%Y-%m-%d}"


class FeedEntry(models.Model):
    """One visit as the feeds of a login have shown it last. `sequence` rises when that changes and never falls.

    It outlives the feed's address, because calendar programs know the visit by its id.
    """

    scope = models.CharField(max_length=200)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = models.UUIDField()
    digest = models.CharField(max_length=64)
    sequence = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "account", "event"], name="one_feed_entry_a_visit")]

    def __str__(self) -> str:
        return f"{self.event} {self.sequence}"
