"""The sandbox's durable state: tenants with their API clients and users, instances with patients, hours and events.

Times are aware UTC with whole milliseconds. A row's `created_by` and `updated_by` hold the id of the API client behind
the token (welkin-api 1). Fields nobody searches by live in a JSON column, in the API's own words.
"""

import uuid
from datetime import datetime, timedelta

from django.db import models

# An overlap query (`start < to and end > from`) cannot use a plain index on the start: an event may have begun long
# before the window. So events are sorted by length into classes, and each class bounds the start from below.
SPAN_LIMITS = (timedelta(hours=25), timedelta(days=8), timedelta(days=64), timedelta(days=512))


def span_of(starts_at: datetime, ends_at: datetime) -> int:
    """The length class of an event: the first of `SPAN_LIMITS` that is not shorter, one more for anything longer."""
    length = ends_at - starts_at
    return next((number for number, limit in enumerate(SPAN_LIMITS) if length <= limit), len(SPAN_LIMITS))


class SpanField(models.SmallIntegerField):
    """The length class of its own row, filled in by every save and every bulk insert."""

    def pre_save(self, model_instance: models.Model, add: bool) -> int:
        span = span_of(model_instance.starts_at, model_instance.ends_at)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, span)
        return span


class OfEventField(models.DateTimeField):
    """A copy of the event's own field of that name, kept on the participant for the index, filled in by every save."""

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime:
        value: datetime = getattr(model_instance.event, self.attname)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, value)
        return value


class Tenant(models.Model):
    """One customer of the API: the first segment of every path, with the switches of its behaviour."""

    class UserDelete(models.TextChoices):
        SOFT = "soft"
        FORBIDDEN = "forbidden"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60, unique=True)
    external_id_unique = models.BooleanField(default=True)
    external_id_known = models.BooleanField(default=True, help_text="else the field is ignored, null and no key")
    user_delete = models.CharField(max_length=10, choices=UserDelete.choices, default=UserDelete.SOFT)
    token_lifetime = models.PositiveIntegerField(default=3600, help_text="seconds")
    page_limit = models.PositiveIntegerField(default=1000)

    def __str__(self) -> str:
        return self.name


class Instance(models.Model):
    """One environment of a tenant: patients, records, hours and events belong to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="instances")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="instance_name")]

    def __str__(self) -> str:
        return f"{self.tenant_id}/{self.name}"


class ApiClient(models.Model):
    """Credentials of a program. Only the SHA-256 of the secret is kept: the secret is long and random."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="clients")
    name = models.CharField(max_length=60)
    secret_digest = models.CharField(max_length=64)
    enabled = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="client_name")]

    def __str__(self) -> str:
        return self.name


class User(models.Model):
    """A member of staff; the calendar calls them psm (welkin-api 3). An empty text is a field left out of answers."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE"
        INACTIVE = "INACTIVE"
        PROVISIONED = "PROVISIONED"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="users")
    username = models.CharField(max_length=255)
    email = models.CharField(max_length=255)
    first_name = models.CharField(max_length=255, blank=True, default="")
    last_name = models.CharField(max_length=255, blank=True, default="")
    phone = models.CharField(max_length=255, blank=True, default="")
    timezone = models.CharField(max_length=255, blank=True, default="")
    locale = models.CharField(max_length=255, blank=True, default="")
    credentials = models.CharField(max_length=255, blank=True, default="")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROVISIONED)
    deleted = models.BooleanField(default=False)
    # roles, territories, seats, customUserAttributes ... under the API's own names; what is missing has a default
    details = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=255, blank=True, default="")
    updated_by_name = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "username"], name="user_username")]
        indexes = [models.Index(fields=["tenant", "created_at", "id"], name="user_created")]

    def __str__(self) -> str:
        return self.username


class Patient(models.Model):
    """A patient of one instance (welkin-api 4). A null is a null in the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(Instance, models.CASCADE, related_name="patients")
    first_name = models.CharField(max_length=255)
    last_name = models.CharField(max_length=255)
    email = models.CharField(max_length=255, null=True, blank=True)
    phone = models.CharField(max_length=255, null=True, blank=True)
    timezone = models.CharField(max_length=255, null=True, blank=True)
    gender = models.CharField(max_length=255, default="UNKNOWN")
    birth_date = models.DateField(null=True, blank=True)
    external_id = models.CharField(max_length=255, null=True, blank=True)
    external_guid = models.CharField(max_length=255, null=True, blank=True)
    mrn = models.CharField(max_length=255, null=True, blank=True)
    # every other field of the answer that was ever set (middleName, city, careTeam ...) under the API's own names
    details = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    created_by_name = models.CharField(max_length=255, blank=True, default="")
    updated_at = models.DateTimeField()
    updated_by = models.UUIDField()
    updated_by_name = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["instance", "-created_at", "id"], name="patient_newest"),
            models.Index(fields=["instance", "external_id"], name="patient_external_id"),
            models.Index(fields=["instance", "external_guid"], name="patient_external_guid"),
            models.Index(fields=["instance", "mrn"], name="patient_mrn"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class RecordType(models.Model):
    """A custom data type (CDT) of one instance and the fields it is known to have (welkin-api 5)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(Instance, models.CASCADE, related_name="record_types")
    name = models.CharField(max_length=255)
    version = models.PositiveIntegerField(default=1)
    fields = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "name"], name="record_type_name")]

    def __str__(self) -> str:
        return self.name


class Record(models.Model):
    """One CDT record of a patient; `fields` holds the custom ones, the system fields have columns."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="records")
    type = models.ForeignKey(RecordType, models.CASCADE, related_name="records")
    fields = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    created_by_name = models.CharField(max_length=255, blank=True, default="")
    updated_at = models.DateTimeField()
    updated_by = models.UUIDField()
    updated_by_name = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["patient", "type", "-created_at"], name="record_newest")]

    def __str__(self) -> str:
        return str(self.id)


class WorkHours(models.Model):
    """One work-hours record (welkin-api 6). `days` is `daysInfo` as it is served."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(Instance, models.CASCADE, related_name="work_hours")
    user = models.ForeignKey(User, models.CASCADE, related_name="work_hours")
    name = models.CharField(max_length=255, null=True, blank=True)
    type = models.CharField(max_length=40, default="WORKING_HOURS")
    rule_type = models.CharField(max_length=40, default="DEFAULT")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    days = models.JSONField(default=list)
    encounters = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    updated_at = models.DateTimeField()
    updated_by = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["instance", "user", "starts_at"], name="work_hours_of_user")]

    def __str__(self) -> str:
        return str(self.id)


class Event(models.Model):
    """One calendar event (welkin-api 7.2). `host_id` is a user's id; its people are the participants."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instance = models.ForeignKey(Instance, models.CASCADE, related_name="events")
    external_id = models.CharField(max_length=255, null=True, blank=True)
    # the external id where the tenant wants it unique, null elsewhere: the constraint below then lets it pass
    external_key = models.CharField(max_length=255, null=True, blank=True)
    external_id_updated_at = models.DateTimeField()
    title = models.TextField(null=True, blank=True)
    description = models.TextField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    span = SpanField(editable=False)
    all_day = models.BooleanField(default=False)
    type = models.CharField(max_length=20, null=True, blank=True)
    status = models.CharField(max_length=20, null=True, blank=True)
    mode = models.CharField(max_length=20, null=True, blank=True)
    color = models.CharField(max_length=40, null=True, blank=True)
    host_id = models.UUIDField()
    timezone = models.CharField(max_length=255, null=True, blank=True)
    additional_info = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.UUIDField()
    updated_at = models.DateTimeField()
    updated_by = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instance", "external_key"], name="event_external_key")]
        indexes = [
            models.Index(fields=["instance", "span", "starts_at", "ends_at"], name="event_window"),
            models.Index(fields=["instance", "external_id"], name="event_external_id"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Participant(models.Model):
    """One person of an event. `person_id` is a user's or a patient's id, `position` the place in the list.

    Length class, start and end repeat the event's, so that one person's window is one range of one index.
    """

    class Role(models.TextChoices):
        PSM = "psm"
        PATIENT = "patient"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.CASCADE, related_name="participants")
    position = models.PositiveSmallIntegerField(default=0)
    person_id = models.UUIDField()
    role = models.CharField(max_length=10, choices=Role.choices)
    status = models.CharField(max_length=10, blank=True, default="")
    attended = models.BooleanField(default=False)
    starts_at = OfEventField(editable=False)
    ends_at = OfEventField(editable=False)
    span = SpanField(editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "span", "starts_at", "ends_at", "event"], name="participant_window"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class JournalEntry(models.Model):
    """One applied write to an event, kept by a fault server in the transaction of the write itself."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="journal")
    at = models.DateTimeField()
    event_id = models.UUIDField()
    told = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["tenant", "id"], name="journal_of_tenant")]

    def __str__(self) -> str:
        return str(self.id)
