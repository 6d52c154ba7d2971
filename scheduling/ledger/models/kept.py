"""Answers of the API that are kept for a while, so that the week stays readable when it does not answer (design 6)."""

from django.db import models


class KeptRead(models.Model):
    """One answer, encrypted. `key` is a digest of tenant and query; `read_at` is when the read began."""

    scope = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    sealed = models.BinaryField()
    read_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="kept_read_one")]

    def __str__(self) -> str:
        return f"{self.read_at:%Y-%m-%d %H:%M}"
