"""Steps: what is kept of each change of a visit so that it can be taken back, also after a reload."""

from django.conf import settings
from django.db import models


class Step(models.Model):
    """One change of a visit, begun with its intent and ended with its outcome, in the same transactions.

    `sealed` is the visit as it was before, `fields` what the change was about, `seen` the version token of the visit as
    the change left it. A step that takes another one back names it in `undoes`; taking that one back does the first
    anew. Kept for a few days (steps.KEPT_FOR).
    """

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        UNDONE = "undone"

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=200)
    intent = models.CharField(max_length=43, unique=True)
    action = models.CharField(max_length=40)
    # The event's id; empty for one that is being made.
    visit = models.CharField(max_length=36, blank=True)
    fields = models.JSONField(default=list)
    sealed = models.BinaryField()
    seen = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    undoes = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="undone_by")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "scope", "made_at"], name="step_of_login"),
            models.Index(fields=["made_at"], name="step_age"),
            models.Index(fields=["scope", "visit"], name="step_visit"),
        ]
        constraints = [
            # However many tabs press Undo at once, one takes it back.
            models.UniqueConstraint(
                fields=["undoes"], condition=models.Q(state__in=["open", "done"]), name="step_undone_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.state}"
