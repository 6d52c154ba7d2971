"""What we asked the API for, on whose wish, and what came of it."""

from django.conf import settings
from django.db import models


class Intent(models.Model):
    """One wish to change something, minted with the form that asks for it (design 5.1).

    It belongs to one login; the session is noted, not required, so that a form survives signing in again. Submitting
    the same form again finds the stored outcome here.
    """

    class State(models.TextChoices):
        MINTED = "minted"
        WORKING = "working"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        UNKNOWN = "unknown"

    key = models.CharField(max_length=43, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=64)
    action = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.MINTED)
    minted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # Ids and codes only: what a page needs to tell the outcome again.
    outcome = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["state", "started_at"], name="intent_open")]

    def __str__(self) -> str:
        return f"{self.action} {self.state}"


class AuditRecord(models.Model):
    """One line of the audit trail. A change writes "requested" before and its outcome after; lines are never changed.

    Names of changed fields and ids of people and things stand here; values and free text do not, except the reason
    that somebody gave for going against a warning or for a cancellation.
    """

    at = models.DateTimeField(db_index=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    scope = models.CharField(max_length=200)
    action = models.CharField(max_length=40)
    phase = models.CharField(max_length=10)
    object_id = models.CharField(max_length=64, blank=True)
    people = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    code = models.CharField(max_length=60, blank=True)
    intent = models.CharField(max_length=43, blank=True, db_index=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "object_id"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.phase}"
