"""One apply of many changes: what was asked for in which order, and what came of each part."""

import uuid

from django.conf import settings
from django.db import models


class Run(models.Model):
    """Ordered changes that somebody asked for with one press. `intent` is that of the form.

    `subject` is whose hours it is about, None for a closure. An undo is a run of its own and names the one it `undoes`.
    """

    class Cause(models.TextChoices):
        HOURS = "hours"
        LEAVE = "leave"
        CLOSURE = "closure"
        UNDO = "undo"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=200)
    intent = models.CharField(max_length=43, unique=True)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    subject = models.UUIDField(null=True)
    undoes = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["scope", "subject", "made_at"], name="run_of_subject")]

    def __str__(self) -> str:
        return f"{self.cause} {self.made_at:%Y-%m-%d %H:%M}"


class RunPart(models.Model):
    """One change of a run, with an intent of its own. `sealed` is what was asked for and what a report tells of it.

    `result` holds ids, times and codes: what came of it, as far as an undo needs to know.
    """

    class Kind(models.TextChoices):
        HOURS = "hours"
        KEEP = "keep"
        MOVE = "move"
        CANCEL = "cancel"
        RESTORE = "restore"
        UNKEEP = "unkeep"
        TURNS = "turns"

    class State(models.TextChoices):
        WAITING = "waiting"
        UNKNOWN = "unknown"
        DONE = "done"
        FAILED = "failed"
        SKIPPED = "skipped"

    # In these there is still something to be done or to be found out.
    OPEN = (State.WAITING, State.UNKNOWN)

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    intent = models.CharField(max_length=43)
    sealed = models.BinaryField()
    code = models.CharField(max_length=60, blank=True)
    result = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="run_part_one")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.state}"
