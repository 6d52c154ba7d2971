"""Found by django-rules at the start: registers the permission table."""

from . import permissions

__all__ = ["permissions"]
