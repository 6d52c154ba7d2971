"""Our own tables about people: mirrors of the API for search, and the teams, which are ours alone.

`scope` names the back end and tenant that a row came from, so that two tenants never mix. Mirror rows are rebuilt by
`services.mirror`; nothing decides about an appointment by them.
"""

from django.conf import settings
from django.db import models


class StaffMember(models.Model):
    """A Welkin user as last read from the API."""

    scope = models.CharField(max_length=200)
    welkin_id = models.UUIDField()
    username = models.CharField(max_length=200)
    first_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    phone = models.CharField(max_length=64, blank=True)
    credentials = models.CharField(max_length=64, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=32, default="ACTIVE")
    has_hours = models.BooleanField(default=False)
    search = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "welkin_id"], name="one_staff_row_a_user")]
        ordering = ["last_name", "first_name", "username"]

    def __str__(self) -> str:
        return self.username


class PatientEntry(models.Model):
    """A patient as last read from the API, with what a search may match."""

    scope = models.CharField(max_length=200)
    welkin_id = models.UUIDField()
    first_name = models.CharField(max_length=200, blank=True)
    middle_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    phone = models.CharField(max_length=64, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    search = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "welkin_id"], name="one_patient_row_a_patient")]
        ordering = ["last_name", "first_name", "welkin_id"]

    def __str__(self) -> str:
        return str(self.welkin_id)


class Team(models.Model):
    """People who are planned together. `keepers` are the logins that look after it (coordinators and managers)."""

    scope = models.CharField(max_length=200)
    name = models.CharField(max_length=120)
    members = models.ManyToManyField(StaffMember, related_name="teams", blank=True)
    keepers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="teams", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "name"], name="one_team_a_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MirrorState(models.Model):
    """When a listing last came complete into a mirror, and how many rows it had."""

    scope = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    completed_at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "kind"], name="one_state_a_mirror")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.rows}"
