"""Who else has a visit open, for its panel and its forms."""

from typing import Any
from uuid import UUID

from django import template

from scheduling.web.presence import sentence

register = template.Library()


@register.simple_tag(takes_context=True)
def presence_of(context: dict[str, Any], event_id: UUID) -> str:
    """What is to be told the login of this page; empty for nothing. One query, no call."""
    desk = context.get("desk")
    return sentence(desk, event_id) if desk else ""
