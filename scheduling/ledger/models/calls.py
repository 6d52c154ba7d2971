"""How many calls the whole fleet has made of the API lately."""

from django.db import models


class CallBudget(models.Model):
    """The calls that all processes together have taken with one API key in one period (services/call_budget.py).

    `key` is a digest that names the API client, `period` counts the parts of minutes since 1970.
    """

    key = models.CharField(max_length=64)
    period = models.BigIntegerField()
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "period"], name="call_budget_one")]

    def __str__(self) -> str:
        return f"{self.period}: {self.taken}"
