"""One person's day as a cell of the team's table: figures, a strip and signs, and in the look "visits" its visits.

A page has hundreds of cells, so each is made by a few escaped formats instead of a template.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from scheduling.domain.interval import clip, subtract
from scheduling.services.desk import Desk

from . import words
from .axis import Visible
from .chips import Look
from .columns import Column
from .figures import Totals
from .filter import Filter, with_query
from .ruler import ruler
from .strip import strip
from .team_chips import chips_of, room, shortened
from .team_signs import Sign, said, signs_of

FIGURES = '<td id="{}" class="{}" data-date="{}"><a href="{}" aria-label="{}">{}{}</a></td>'
VISITS = (
    '<td id="{}" class="col {}" data-clinician-id="{}" data-date="{}" data-name="{}">'
    '<a class="day" href="{}" aria-label="{}">{}{}</a>{}'
    '<div class="body h{}" data-scale="{}"><ul class="v" role="list">{}</ul></div></td>'
)
TOLD = (
    '{} <span class="of"><span data-metric="booked" data-value="{}">{}</span>/'
    '<span data-metric="offered" data-value="{}">{}</span> {}</span>'
)
COUNT = '<b data-metric="visits" data-value="{}">{}</b>'
MATCHING = '<b data-metric="visits" data-value="{}">{}<small>/{}</small></b>'
SIGN = (
    '<i class="sign" data-sign="{}" title="{}">'
    '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>{}</i>'
)
STRIP = '<svg class="strip" viewBox="0 -3 {} 6" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
PATH = '<path class="{}" d="{}"/>'


@dataclass(frozen=True, slots=True)
class Day:
    """One person's day before it is drawn: with its figures, its signs, and how many visits the filter brings out."""

    column: Column
    totals: Totals
    signs: tuple[Sign, ...]
    matching: int | None


def day_of(desk: Desk, column: Column, chosen: Filter) -> Day:
    """The figures of a day; `matching` is None where nothing is filtered."""
    matching = sum(chosen.shows(row.event, desk.now) for row in column.visits) if chosen.active else None
    return Day(column, column.totals(), tuple(signs_of(desk, column)), matching)


class Cells:
    """Draws the cells of a table. `look`: how visits are shown, None: figures alone. `roomy`: names, not initials."""

    def __init__(self, desk: Desk, visible: Visible, chosen: Filter, look: Look | None, *, roomy: bool) -> None:
        self.desk = desk
        self.visible = visible
        self.query = chosen.query
        self.look = look
        self.short = shortened(look, roomy=roomy) if look else None
        self.booking = reverse("appointment-new")
        self.icons = static("icons/sprite.svg")
        self.hours = pgettext("hours, short", "h")

    def draw(self, day: Day, week_url: str) -> SafeString:
        """The cell. `week_url`: the week of its person."""
        column = day.column
        date = column.day.isoformat()
        # A column of the week page has this id.
        url = f"{with_query(week_url, self.query)}#c{date}"
        own, classes = column.key.lstrip("-"), " ".join(_classes(day, today=column.day == self.desk.today))
        told = url, said(column, day.totals, day.signs, day.matching), self._figures(day), self._strip(column)
        if self.look is None or self.short is None:
            return format_html(FIGURES, own, classes, date, *told)
        name = f"{column.time.user.name}, {words.day_words(column.day)}"
        return format_html(
            VISITS,
            own,
            classes,
            column.time.user.id,
            date,
            name,
            *told,
            room(column, self.look, self.booking),
            self.visible.length,
            ruler(column.scale, self.visible),
            chips_of(column, self.look, self.short),
        )

    def _figures(self, day: Day) -> SafeString:
        totals = day.totals
        signs = format_html_join("", SIGN, ((s.kind, s.told, self.icons, s.icon, s.shown) for s in day.signs))
        if not (totals.offered or totals.visits):
            return format_html('<span class="fig">{}</span>', signs)
        count = (
            format_html(COUNT, totals.visits, totals.visits)
            if day.matching is None
            else format_html(MATCHING, totals.visits, day.matching, totals.visits)
        )
        booked, offered = (totals.booked_minutes, totals.booked_hours), (totals.offered_minutes, totals.offered_hours)
        told = format_html(TOLD, count, *booked, *offered, self.hours)
        return format_html('<span class="fig">{}{}</span>', told, signs)

    def _strip(self, column: Column) -> SafeString:
        drawn = strip(column, self.visible)
        lines = {
            "s-off": f"M0 0h{drawn.width}",
            "s-hours": drawn.hours,
            "s-leave": drawn.leave,
            "s-booked": drawn.booked,
        }
        paths = format_html_join("", PATH, ((name, line) for name, line in lines.items() if line))
        return format_html(STRIP, drawn.width, paths)


def _classes(day: Day, *, today: bool) -> Iterator[str]:
    column = day.column
    if today:
        yield "today"
    if column.idle:
        yield "off"
    if day.matching == 0:
        yield "dim"
    if column.interval and column.hours:
        if not column.offered:
            yield "closed"
        elif not subtract(column.hours, clip(column.time.leave, column.interval)):
            yield "away"
