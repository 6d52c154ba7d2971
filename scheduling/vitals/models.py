"""What our own machinery tells of itself, so that every process can see it: no person, no address, no text."""

from django.db import models


class Beat(models.Model):
    """When a part of Daybook last finished a piece of work: one row for each part."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.part} {self.at:%Y-%m-%d %H:%M:%S}"


class CallMinute(models.Model):
    """How many calls of the API all processes made in one minute, by how long they took and how they ended.

    `minute` counts since 1970; `within` is the upper bound of the time taken, in milliseconds (services/vitals.py).
    """

    minute = models.BigIntegerField()
    within = models.PositiveIntegerField()
    failed = models.BooleanField()
    calls = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minute", "within", "failed"], name="call_minute_one")]

    def __str__(self) -> str:
        return f"{self.minute}: {self.calls}"
