"""The audit trail: who did what, when, from where, and what came of it; and the chain that seals it.

Lines and seals are only ever added: the database itself refuses anything else (scheduling/ledger/append_only.py).
"""

from django.conf import settings
from django.db import models


class AuditRecord(models.Model):
    """One line of the audit trail. A change writes "requested" before and its outcome after; lines are never changed.

    Names of changed fields and ids of people and things stand here; values and free text do not, except the reason
    that somebody gave for going against a warning, for a cancellation or for emergency access, and `before_after`: of
    hours and what governs them (locks, contracts, weeks that take turns, the switch of a team), of logins and teams a
    list of field, value before, value after. These are dates, weekdays, times of the wall clock, minutes, switches,
    roles, names of teams and ids of staff and logins, none of them about a patient. `account` is null where nobody is
    known: somebody who could not sign in, or who typed a command (`code` says so). `from_address` is the address of the
    browser as far as named proxies tell it; empty for the worker and for commands.
    """

    at = models.DateTimeField(db_index=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
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
    from_address = models.CharField(max_length=45, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["scope", "object_id"], name="audit_object"),
            models.Index(fields=["scope", "action"], name="audit_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.phase}"

    @property
    def who(self) -> str:
        """The name of who asked; empty where nobody is known."""
        return self.account.display_name if self.account else ""


class AuditSeal(models.Model):
    """One link of the chain: `digest` is SHA-256 of the link before, this number and the whole line (audit_chain.py).

    `number` counts without gaps in the order of sealing, which is not always that of the lines' ids: a transaction that
    ends late is sealed late, and an id that no transaction kept is never missed. `record` is no foreign key, so that a
    line that was taken away by force still has its seal to accuse whoever did it.
    """

    number = models.BigIntegerField(primary_key=True)
    record = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number}: {self.record}"


class AuditCheck(models.Model):
    """What one verification of the whole chain found. `trouble` is empty where everything was in order."""

    at = models.DateTimeField(db_index=True)
    number = models.BigIntegerField()
    trouble = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.number} {self.trouble}"
