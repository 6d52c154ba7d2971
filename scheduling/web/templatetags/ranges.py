"""Ranges of times in a sentence: `09:00–12:30` never breaks after its dash."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
RANGE = re.compile(r"(\d\d:\d\d–\d\d:\d\d)")


@register.filter
def unbroken(text: str) -> SafeString:
    """The text, escaped, with each range of times in a span that does not wrap."""
    parts = enumerate(RANGE.split(text))
    kept = (format_html('<span class="nowrap">{}</span>', part) if place % 2 else part for place, part in parts)
    return format_html_join("", "{}", ((part,) for part in kept))
