"""The choices of the toolbar and where its links lead."""

from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.domain.week import FIRST_YEAR, LAST_YEAR, Week, day_borders
from scheduling.services.desk import Desk
from scheduling.services.week import EVERYBODY, OWN_TEAMS, PersonWeek, TeamDay

from .model import Links, Option

ONE_DAY = timedelta(days=1)


def people_options(data: PersonWeek) -> tuple[Option, ...]:
    known = data.colleagues if any(row.id == data.user.id for row in data.colleagues) else (data.user, *data.colleagues)
    return tuple(Option(str(row.id), row.name, row.id == data.user.id) for row in known)


def team_options(data: TeamDay) -> tuple[Option, ...]:
    rows = [
        (OWN_TEAMS, _("My teams")),
        *((str(team.pk), team.name) for team in data.teams),
        (EVERYBODY, _("Everybody")),
    ]
    return tuple(Option(value, label, value == data.team) for value, label in rows)


def team_name(data: TeamDay) -> str:
    if data.chosen:
        return data.chosen.name
    return _("Everybody") if data.team == EVERYBODY else _("My teams")


def week_links(person: UUID, week: Week, desk: Desk) -> Links:
    def to(other: Week | None) -> str | None:
        return reverse("week-of", args=[person, str(other)]) if other else None

    own = str(to(week))
    return Links(
        own=own,
        previous=to(week.previous),
        before=_("Previous week"),
        next=to(week.next),
        after=_("Next week"),
        today=str(to(desk.this_week)),
        whole=f"{own}?hours=all",
        trimmed=f"{own}?hours=worked",
        find=_find(desk, [person], week.days[0], week.days[-1], clinician=str(person)),
    )


def day_links(data: TeamDay, desk: Desk) -> Links:
    def to(day: date | None) -> str | None:
        return f"{reverse('day-of', args=[day.isoformat()])}?team={data.team}" if day else None

    own = str(to(data.day))
    before, after = _neighbour(data.day, -ONE_DAY, desk.zone), _neighbour(data.day, ONE_DAY, desk.zone)
    return Links(
        own=own,
        previous=to(before),
        before=_("Previous day"),
        next=to(after),
        after=_("Next day"),
        today=str(to(desk.today)),
        whole=f"{own}&hours=all",
        trimmed=f"{own}&hours=worked",
        everybody=f"{reverse('day-of', args=[data.day.isoformat()])}?team={EVERYBODY}"
        if data.team != EVERYBODY
        else "",
        find=_find(desk, [user.id for user in data.people], data.day, data.day, team=data.team),
    )


def _find(desk: Desk, shown: Iterable[UUID], first: date, last: date, **who: str) -> str:
    """To "Find a slot" with who is shown and from when; empty where the login books for none of them or it is over."""
    if last < desk.today or not any(desk.may("appointment.book", person) for person in shown):
        return ""
    return f"{reverse('find')}?{urlencode({**who, 'first': max(first, desk.today).isoformat()})}"


def _neighbour(day: date, step: timedelta, zone: ZoneInfo) -> date | None:
    """The next day that the zone has in this direction; None past the calendar's ends."""
    found = day + step
    borders = day_borders(found, zone)
    found = found if borders[0] < borders[1] else found + step
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
