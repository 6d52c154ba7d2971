"""The least that a server can do to send the same visits: join ready words, or loop over them in a Django template."""

from collections.abc import Sequence
from html import escape

from django.template import engines

from .facts import Column, Visit

CHIP = (
    '<li class="%s" data-type="%s"><a id="%s" data-event-id="%s" data-status="%s" data-start="%s" data-end="%s"'
    ' href="%s" hx-get="%s" hx-target="#panel" aria-label="%s">%s</a></li>'
)
COLUMN = '<section class="col" data-clinician-id="%s"><div class="body h288"><ul class="v">%s</ul></div></section>'
TEMPLATE = (
    '{% for column in columns %}<section class="col" data-clinician-id="{{ column.person }}">'
    '<div class="body h288"><ul class="v">{% for v in column.visits %}'
    '<li class="{{ v.classes }}" data-type="{{ v.kind }}"><a id="{{ v.anchor }}" data-event-id="{{ v.event_id }}"'
    ' data-status="{{ v.status }}" data-start="{{ v.start }}" data-end="{{ v.end }}" href="{{ v.url }}"'
    ' hx-get="{{ v.url }}" hx-target="#panel" aria-label="{{ v.sentence }}">{{ v.text }}</a></li>'
    "{% endfor %}</ul></div></section>{% endfor %}"
)


def joined(columns: Sequence[Column]) -> str:
    """Each visit by one format string, escaped; where it stands, when it is and what it says was worked out before."""
    return "".join(COLUMN % (column.person, "".join(map(_chip, column.visits))) for column in columns)


def _chip(one: Visit) -> str:
    told = (one.classes, one.kind, one.anchor, one.event_id, one.status, one.start, one.end, one.url, one.url)
    return CHIP % (*told, escape(one.sentence), escape(one.text))


def templated(columns: Sequence[Column]) -> str:
    """The same by the loop that anybody writes first."""
    return engines["django"].from_string(TEMPLATE).render({"columns": columns})


# One element for each visit, placed by attributes of its own: nothing is left to lay out but boxes.
PLAIN = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>floor</title><style>body{margin:0;font:11px sans-serif}"
    "main{display:flex}section{position:relative;flex:0 0 118px;height:1152px;border-right:1px solid #ddd;"
    "background:repeating-linear-gradient(#fff 0 47px,#ddd 47px 48px)}a{position:absolute;left:2px;right:2px;"
    "overflow:hidden;background:#def;border-left:4px solid #27c;color:#123;white-space:pre}%s</style>"
    "<main>%s</main></html>"
)


def plain(columns: Sequence[Column]) -> str:
    """A page of nothing but the boxes and their words, in columns as wide as ours."""
    tops = "".join(f".t{step}{{top:{step * 4}px}}.k{step}{{height:{step * 4}px}}" for step in range(289))
    drawn = "".join(f"<section>{''.join(map(_box, column.visits))}</section>" for column in columns)
    return PLAIN % (tops, drawn)


def _box(one: Visit) -> str:
    top, height = _row(one.start), max(3, _row(one.end) - _row(one.start))
    label, text = escape(one.sentence), escape(one.text)
    return f'<a id="{one.anchor}" class="t{top} k{height}" href="{one.url}" aria-label="{label}">{text}</a>'


def _row(moment: str) -> int:
    """The row of five minutes of an instant as text; the zone does not matter to the work of drawing."""
    return (int(moment[11:13]) * 60 + int(moment[14:16])) // 5
