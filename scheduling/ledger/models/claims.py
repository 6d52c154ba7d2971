"""Claims: time that a change of ours takes, from before the API is asked until the calendar itself shows it.

The database refuses two that overlap (design 5.2, reliability 4.2 A): migration 0002 adds the exclusion constraint on
PostgreSQL and the triggers on SQLite that no code can forget.
"""

from django.db import models


class Claim(models.Model):
    """One person's time (a clinician's or a patient's) for one visit.

    `visit` is what tells one visit from another: the event's id, or for one that is being created `intent:<key>`
    until the API has given it an id. `overridden`: somebody with the right to said why it may overlap.
    """

    class State(models.TextChoices):
        RESERVED = "reserved"
        SENT = "sent"
        UNKNOWN = "unknown"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        RELEASED = "released"
        EXPIRED = "expired"

    # In these a claim blocks its time.
    LIVE = (State.RESERVED, State.SENT, State.UNKNOWN, State.CONFIRMED)

    scope = models.CharField(max_length=200)
    resource = models.UUIDField()
    visit = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    overridden = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RESERVED)
    intent = models.CharField(max_length=43, db_index=True)
    # The API's own `updatedAt` of the visit as the confirming answer told it: what is older is a lagging read.
    updated_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["scope", "resource", "starts_at"], name="claim_time"),
            models.Index(fields=["scope", "visit"], name="claim_visit"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="claim_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.starts_at:%Y-%m-%d %H:%M}"


class OpenEdit(models.Model):
    """A change of a visit that is under way: one at a time for each visit, in place of a lock (design 5.5)."""

    scope = models.CharField(max_length=200)
    visit = models.CharField(max_length=64)
    intent = models.CharField(max_length=43, db_index=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "visit"], name="open_edit_one")]

    def __str__(self) -> str:
        return self.visit
