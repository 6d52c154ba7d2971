"""Two visits in one person's time of which at least one was made here: found afterwards, told until mended."""

from django.db import models


class Clash(models.Model):
    """An overlap that nobody here asked for: somebody wrote to the calendar from elsewhere (reliability F27)."""

    scope = models.CharField(max_length=200)
    resource = models.UUIDField()
    # The two events, the one made or moved through Daybook first.
    ours = models.UUIDField()
    other = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Both visits as they were read when it was found, encrypted: what a page tells of it costs no call.
    sealed = models.BinaryField(null=True)
    found_at = models.DateTimeField()
    # When it was seen to be gone, or somebody said that both shall stay.
    settled_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=150, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "resource", "ours", "other"], name="clash_one")]
        indexes = [models.Index(fields=["scope", "settled_at", "starts_at"], name="clash_open")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"
