"""The notice about visits that overlap, for the head of a board."""

from typing import Any

from django import template

from scheduling.web import overlaps
from scheduling.web.overlaps import Notice

register = template.Library()


@register.simple_tag(takes_context=True)
def overlap_notice(context: dict[str, Any]) -> Notice | None:
    """What is to be said to the login of this page; None for nothing. One query, no call."""
    desk = context.get("desk")
    return overlaps.notice(desk) if desk else None
