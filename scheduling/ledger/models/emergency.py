"""Emergency access: names outside one's own teams, for a short time and a reason (HIPAA 164.312(a)(2)(ii))."""

from django.conf import settings
from django.db import models


class EmergencyGrant(models.Model):
    """One opening. It ends by itself at `until`, or at `ended_at` when its owner closed it before.

    `seen_by` has looked at it and the trail of it, at `seen_at`.
    """

    scope = models.CharField(max_length=200)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    opened_at = models.DateTimeField(db_index=True)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["scope", "account", "until"], name="emergency_open")]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d %H:%M}"
