"""What stands over the columns, and the tabs that lead to them on a narrow screen."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.domain.week import FIRST_YEAR
from scheduling.services.desk import Desk
from scheduling.services.week import TeamDay, week_holding

from . import words
from .axis import Scale
from .columns import Column, Drawn, Head
from .model import Tab
from .zones import clocks_differ


def day_head(column: Column) -> Head:
    note, note_title = change_note(column.scale)
    return Head(
        title=words.weekday_short(column.day),
        small=str(column.day.day),
        spoken=words.day_words(column.day),
        url=reverse("day-of", args=[column.day.isoformat()]) if column.day.year >= FIRST_YEAR else "",
        note=note,
        note_title=note_title,
    )


def change_note(scale: Scale) -> tuple[str, str]:
    """The clock changes on this day: said short and as a sentence."""
    if not scale.changes:
        return "", ""
    hours = f"{scale.hours:g}"
    sentence = _("The clock goes back: this day has %(hours)s hours.")
    if scale.hours < 24:
        sentence = _("The clock goes forward: this day has %(hours)s hours.")
    return _("%(hours)s h day") % {"hours": hours}, sentence % {"hours": hours}


def person_head(column: Column, desk: Desk, data: TeamDay) -> Head:
    user, time = column.time.user, column.time
    differs = clocks_differ(time.zone, desk.zone, data.reading.window)
    note = words.zone_short(data.reading.window.start, time.zone) if differs else ""
    title = words.zone_words(data.reading.window.start, time.zone) if differs else ""
    if time.zone_assumed:
        note, title = _("no zone"), _("No time zone is set; the clinic's is assumed.")
    return Head(
        title=user.name,
        small=user.credentials,
        spoken=user.name,
        url=reverse("week-of", args=[user.id, str(week_holding(data.day))]),
        note=note,
        note_title=title,
    )


def day_tab(column: Column, drawn: Drawn, today: date) -> Tab:
    day = column.day
    return Tab(
        drawn.id, words.weekday_short(day), str(day.day), words.day_words(day), day == today, drawn.totals.visits
    )


def person_tab(column: Column, drawn: Drawn) -> Tab:
    user = column.time.user
    initials = f"{user.first_name[:1]}{user.last_name[:1]}".upper() or user.name[:2].upper()
    return Tab(drawn.id, initials, user.last_name or user.name, user.name, today=False, visits=drawn.totals.visits)
