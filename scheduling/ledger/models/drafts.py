"""What somebody typed into a form that did not come through, kept until it does."""

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """One form as it was sent, encrypted, for the login that sent it (reliability 4.2 H). Kept for 24 hours."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=200)
    intent = models.CharField(max_length=43)
    # The route's name and what stands in its address: where the form can be opened again.
    route = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    sealed = models.BinaryField()
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "intent"], name="draft_one")]

    def __str__(self) -> str:
        return self.route
