"""Who has a form of a visit open just now: told to others, and no lock."""

from django.conf import settings
from django.db import models


class Presence(models.Model):
    """One form that was opened, named by its intent. `seen_at` is when its page was last heard of; null: it was closed.

    `people` are the ids of those in whose calendars the visit stands: who may not see any of them is not told.
    """

    scope = models.CharField(max_length=200)
    event = models.UUIDField()
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    intent = models.CharField(max_length=43, unique=True)
    people = models.JSONField(default=list)
    since = models.DateTimeField(db_index=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "event"], name="presence_of_visit")]

    def __str__(self) -> str:
        return f"{self.event} {self.since:%Y-%m-%d %H:%M}"
