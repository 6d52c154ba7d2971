"""Our own tables about people: mirrors of the API for search, and what Welkin does not know and is ours alone: teams,
sets of people, places with their closures, contracts, rotations and locks of hours.

`scope` names the back end and tenant that a row came from, so that two tenants never mix. Mirror rows are rebuilt by
`services.mirror`; nothing decides about an appointment by them.
"""

from django.conf import settings
from django.db import models

from .feeds import Feed as Feed
from .feeds import FeedEntry as FeedEntry


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
    place = models.ForeignKey("Place", null=True, blank=True, on_delete=models.PROTECT, related_name="teams")
    # Whether its coordinators may set the hours of its people, or only these themselves.
    delegates_hours = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "name"], name="one_team_a_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StaffSet(models.Model):
    """A named choice of people to look at side by side. It gives no rights: everybody sees of it whom they may see.

    `key` stands in addresses and cannot be guessed. `shared`: who has the address may open it, not only its owner.
    """

    scope = models.CharField(max_length=200)
    name = models.CharField(max_length=80)
    key = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shared = models.BooleanField(default=False)
    people = models.ManyToManyField(StaffMember, related_name="+", blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "owner", "name"], name="one_set_a_name_and_owner")]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """Where people work: it closes on days of its own and keeps the public holidays of its country."""

    scope = models.CharField(max_length=200)
    name = models.CharField(max_length=120)
    # ISO 3166-1 alpha-2, and a subdivision as the `holidays` library names it; empty: no public holidays.
    country = models.CharField(max_length=2, blank=True)
    subdivision = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "name"], name="one_place_a_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Closure(models.Model):
    """Days on which a place (none: every place) is closed, `first` to `last` inclusive, in the clinic's zone.

    With `starts` and `ends` only that part of each of the days is closed.
    """

    scope = models.CharField(max_length=200)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="closures")
    name = models.CharField(max_length=120)
    first = models.DateField()
    last = models.DateField()
    starts = models.TimeField(null=True, blank=True)
    ends = models.TimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="closure_ends_after_it_begins")
        ]
        indexes = [models.Index(fields=["scope", "first", "last"], name="closure_days")]
        ordering = ["first", "id"]

    def __str__(self) -> str:
        return self.name


class HolidayException(models.Model):
    """A public holiday on which a place works all the same."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="holiday_exceptions")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "day"], name="one_exception_a_holiday")]
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()


class ContractHours(models.Model):
    """What a clinician is engaged for, in minutes a week. Welkin does not know it, so it is ours."""

    scope = models.CharField(max_length=200)
    clinician_id = models.UUIDField()
    minutes = models.PositiveIntegerField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "clinician_id"], name="one_contract_a_clinician")]

    def __str__(self) -> str:
        return f"{self.clinician_id}: {self.minutes} min"


class Rotation(models.Model):
    """Weeks that take turns (A, B, C). Which one a date falls in is counted from `anchor`, a Monday, and never drifts.

    `weeks` holds for each letter a list of `[ISO weekday, "HH:MM:SS", "HH:MM:SS"]`. Welkin knows no rotation: the weeks
    from `first` to `last` stand there as records; `records` holds what each of these says: rule, days and letter.
    """

    scope = models.CharField(max_length=200)
    clinician_id = models.UUIDField()
    name = models.CharField(max_length=80, blank=True)
    anchor = models.DateField()
    weeks = models.JSONField()
    first = models.DateField()
    last = models.DateField()
    records = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "clinician_id"], name="rotation_of_clinician")]
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.clinician_id} from {self.anchor}"


class HoursLock(models.Model):
    """A span of days whose hours nobody may change until a manager lifts the lock. For a team, or for one clinician."""

    scope = models.CharField(max_length=200)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="hours_locks")
    clinician_id = models.UUIDField(null=True, blank=True)
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="lock_ends_after_it_begins")
        ]
        indexes = [models.Index(fields=["scope", "first", "last"], name="lock_days")]
        ordering = ["first", "id"]

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


class VisitDefaults(models.Model):
    """What a clinic proposes for its visits: usual minutes by the API's type of event, and locations in their order."""

    scope = models.CharField(max_length=200, unique=True)
    lengths = models.JSONField(default=dict)
    locations = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.scope


class LastLook(models.Model):
    """What somebody's own weeks held when they last looked: ids and sealed facts, to tell what changed since."""

    scope = models.CharField(max_length=200)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    looked_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "account"], name="one_look_a_login")]

    def __str__(self) -> str:
        return self.looked_at.isoformat()


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
