"""Answers of the API that are kept for a while, so that the week stays readable when it does not answer (design 6).

Whatever may name a patient is encrypted. The ids of people and the times that stand beside it are needed for finding
it again and say nothing about anybody's health.
"""

from django.db import models


class KeptRead(models.Model):
    """One answer, encrypted. `key` is a digest of the query; `read_at` is when the read began.

    `mark` is what `KeptChange` said about the people asked for, before the read: another mark means that something
    of theirs was changed through Daybook since.
    """

    scope = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    mark = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField()
    read_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="kept_read_one")]

    def __str__(self) -> str:
        return f"{self.read_at:%Y-%m-%d %H:%M}"


class KeptChange(models.Model):
    """Somebody's calendar was changed through Daybook: answers about them that were read before are old.

    Rows are only added, so that two changes never wait for each other here.
    """

    scope = models.CharField(max_length=200)
    resource = models.UUIDField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "resource"], name="kept_change_whose")]

    def __str__(self) -> str:
        return f"{self.resource} {self.changed_at:%Y-%m-%d %H:%M}"


class KeptEvent(models.Model):
    """A visit as the API answered our own last change of it; `sealed` is null for one that was deleted.

    Laid over readings that may come from a back end which lags behind (reliability F25).
    """

    scope = models.CharField(max_length=200)
    event = models.UUIDField()
    people = models.JSONField(default=list)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "event"], name="kept_event_one")]
        indexes = [models.Index(fields=["scope", "changed_at"], name="kept_event_lately")]

    def __str__(self) -> str:
        return f"{self.event} {self.changed_at:%Y-%m-%d %H:%M}"
