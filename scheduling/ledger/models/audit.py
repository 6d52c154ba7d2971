"""The audit trail: who did what, when, and what came of it."""

from django.conf import settings
from django.db import models


class AuditRecord(models.Model):
    """One line of the audit trail. A change writes "requested" before and its outcome after; lines are never changed.

    Names of changed fields and ids of people and things stand here; values and free text do not, except the reason
    that somebody gave for going against a warning or for a cancellation, and `before_after`: of hours and what governs
    them (locks, contracts, weeks that take turns, the switch of a team) a list of field, value before, value after.
    These are dates, weekdays, times of the wall clock, minutes and switches, none of them about a patient.
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
    before_after = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    code = models.CharField(max_length=60, blank=True)
    intent = models.CharField(max_length=43, blank=True, db_index=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["scope", "object_id"], name="audit_object"),
            models.Index(fields=["scope", "action"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.phase}"
