"""How many calls the whole fleet has made of the API lately."""

from django.db import models


class CallBudget(models.Model):
    """The calls that all processes together have taken in one minute of one tenant (reliability 4.2 D)."""

    scope = models.CharField(max_length=200)
    minute = models.BigIntegerField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "minute"], name="call_budget_one")]

    def __str__(self) -> str:
        return f"{self.minute}: {self.taken}"
