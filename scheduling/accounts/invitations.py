"""Links by which somebody sets the first password of their login, or another one after losing it."""

from datetime import datetime

from django.conf import settings
from django.db import models


class LoginLink(models.Model):
    """One link, for one login; a newer one takes its place. Only a digest of its address is kept."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="link")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} until {self.expires_at:%Y-%m-%d}"

    def over(self, now: datetime) -> bool:
        """Whether it leads nowhere any more. `now` is aware."""
        return now >= self.expires_at
