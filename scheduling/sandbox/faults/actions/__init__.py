"""What can be done to a request, by name. Each module holds actions of one kind."""

from . import ambience, bodies, effects, pages, wire
from .registry import build

__all__ = ["ambience", "bodies", "build", "effects", "pages", "wire"]
