"""The demo clinic: invented people and a calendar for them, made from a recipe alone (no clock, no database)."""

from scheduling.sandbox.clinic.generate import generate
from scheduling.sandbox.clinic.recipe import Recipe, Row

__all__ = ["Recipe", "Row", "generate"]
