"""The choices of the toolbar and where its links lead."""

from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.domain.week import FIRST_YEAR, LAST_YEAR, Week, day_borders
from scheduling.services.choice import EVERYBODY, OWN_TEAMS, Choice
from scheduling.services.desk import Desk
from scheduling.services.staff_sets import is_key
from scheduling.services.team_week import TeamWeek
from scheduling.services.week import PersonWeek, TeamDay, week_holding

from .model import Links, Option, View

ONE_DAY = timedelta(days=1)


def people_options(data: PersonWeek) -> tuple[Option, ...]:
    known = data.colleagues if any(row.id == data.user.id for row in data.colleagues) else (data.user, *data.colleagues)
    return tuple(Option(str(row.id), row.name, row.id == data.user.id) for row in known)


def team_options(choice: Choice) -> tuple[Option, ...]:
    rows = [
        (OWN_TEAMS, _("My teams")),
        *((str(team.pk), team.name) for team in choice.teams),
        *((row.key, row.name) for row in choice.sets),
        (EVERYBODY, _("Everybody")),
    ]
    if choice.chosen and choice.key not in {key for key, _name in rows}:
        rows.append((choice.key, choice.chosen.name))  # somebody else's set, opened by its address
    return tuple(Option(value, label, value == choice.key) for value, label in rows)


def team_name(choice: Choice) -> str:
    if choice.chosen:
        return choice.chosen.name
    return _("Everybody") if choice.key == EVERYBODY else _("My teams")


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
        now=_("This week"),
        find=_find(desk, [person], week.days[0], week.days[-1], clinician=str(person)),
    )


def day_links(data: TeamDay, desk: Desk) -> Links:
    def to(day: date | None, key: str = data.choice.key) -> str | None:
        return _day(day, key) if day else None

    own = str(to(data.day))
    before, after = _neighbour(data.day, -ONE_DAY, desk.zone), _neighbour(data.day, ONE_DAY, desk.zone)
    return Links(
        own=own,
        previous=to(before),
        before=_("Previous day"),
        next=to(after),
        after=_("Next day"),
        today=str(to(desk.today)),
        now=_("Today"),
        everybody=_day(data.day, EVERYBODY) if data.choice.key != EVERYBODY else "",
        find=_find(desk, [user.id for user in data.people], data.day, data.day, **_who(data.choice)),
        views=(
            View(_("Day"), own, True, "day"),
            View(_("Week"), _week(week_holding(data.day), data.choice.key), False, "week"),
        ),
    )


def team_week_links(data: TeamWeek, desk: Desk) -> Links:
    def to(week: Week | None) -> str | None:
        return _week(week, data.choice.key) if week else None

    own, days, shown = str(to(data.week)), data.week.days, [user.id for user in data.choice.people]
    return Links(
        own=own,
        previous=to(data.week.previous),
        before=_("Previous week"),
        next=to(data.week.next),
        after=_("Next week"),
        today=str(to(desk.this_week)),
        now=_("This week"),
        everybody=_week(data.week, EVERYBODY) if data.choice.key != EVERYBODY else "",
        find=_find(desk, shown, days[0], days[-1], **_who(data.choice)),
        views=(
            View(_("Day"), _day(week_anchor(data.week, desk), data.choice.key), False, "day"),
            View(_("Week"), own, True, "week"),
        ),
    )


def week_anchor(week: Week, desk: Desk) -> date:
    """The day that stands for a week: today where it holds today, else its first day of the calendar."""
    return desk.today if desk.today in week.days else max(week.days[0], date(FIRST_YEAR, 1, 1))


def _day(day: date, key: str) -> str:
    return f"{reverse('day-of', args=[day.isoformat()])}?{urlencode({'team': key})}"


def _week(week: Week, key: str) -> str:
    return f"{reverse('team-of', args=[str(week)])}?{urlencode({'team': key})}"


def _who(choice: Choice) -> dict[str, str | list[str]]:
    """The choice as the slot search knows it: it has teams, and neither sets nor some people of a team."""
    if is_key(choice.key) or choice.part:
        return {"clinician": [str(user.id) for user in choice.people]}
    return {"team": choice.key}


def _find(desk: Desk, shown: Iterable[UUID], first: date, last: date, **who: str | list[str]) -> str:
    """To "Find a slot" with who is shown and from when; empty where the login books for none of them or it is over."""
    if last < desk.today or not any(desk.may("appointment.book", person) for person in shown):
        return ""
    return f"{reverse('find')}?{urlencode({**who, 'first': max(first, desk.today).isoformat()}, doseq=True)}"


def _neighbour(day: date, step: timedelta, zone: ZoneInfo) -> date | None:
    """The next day that the zone has in this direction; None past the calendar's ends."""
    found = day + step
    borders = day_borders(found, zone)
    found = found if borders[0] < borders[1] else found + step
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
