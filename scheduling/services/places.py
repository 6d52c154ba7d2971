"""Places, their closures and public holidays: looking at them, and changing them (right `closure.set`).

All of it is ours alone and goes to no API. Each change is one transaction with its two lines in the audit trail, which
say before and after: nothing here is about a patient.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction

from scheduling.directory.models import Closure, HolidayException, Place, StaffMember, Team
from scheduling.welkin.errors import NotFound

from . import audit, marks, public_holidays
from .desk import Desk

SET = "closure.set"
Row = TypeVar("Row", bound=models.Model)


class NameTaken(Exception):
    """Another place has this name."""


class PlaceChanged(Exception):
    """Somebody else changed the place since the form was opened; `now` is what it is."""

    def __init__(self, now: Place) -> None:
        super().__init__(now.name)
        self.now = now


class StillCloses(Exception):
    """A place has closures that are not over, so deleting it would open their days without a word."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """One public holiday of a place; `worked`: the place works all the same."""

    day: date
    name: str
    worked: bool


@dataclass(frozen=True, slots=True)
class PlaceSheet:
    """A place with its teams and the public holidays of this year and the next."""

    place: Place
    teams: tuple[Team, ...]
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All that is known of closing: `coming` are closures that are not over, `past` those of the last year.

    `at_several` are the people whose teams work at several places, with these: they are closed where any of them is.
    """

    places: tuple[PlaceSheet, ...]
    coming: tuple[Closure, ...]
    past: tuple[Closure, ...]
    homeless: tuple[Team, ...]
    at_several: tuple[tuple[str, tuple[str, ...]], ...]
    may_set: bool


@dataclass(frozen=True, slots=True)
class PlaceEnd:
    """What goes with a place that is deleted, and the closures ahead that keep it from being deleted."""

    place: Place
    teams: tuple[Team, ...]
    ahead: tuple[Closure, ...]
    over: int


@dataclass(frozen=True, slots=True)
class ClosureDraft:
    """A closure as typed: days inclusive in the clinic's zone; `place` None: every place; no times: whole days."""

    name: str
    place: Place | None
    first: date
    last: date
    starts: time | None = None
    ends: time | None = None


# --- Looking ----------------------------------------------------------------------------------------------------------


def overview(desk: Desk) -> Overview:
    """All places, closures and public holidays; everybody may look. Five queries, no call."""
    today = desk.now.astimezone(desk.clinic_zone).date()
    teams = list(Team.objects.filter(scope=desk.scope))
    rows = list(Closure.objects.filter(scope=desk.scope, last__gte=today - timedelta(days=366)).select_related("place"))
    places = list(Place.objects.filter(scope=desk.scope).prefetch_related("holiday_exceptions"))
    years = (today.year, today.year + 1)
    return Overview(
        places=tuple(_sheet(place, teams, years) for place in places),
        coming=tuple(row for row in rows if row.last >= today),
        past=tuple(row for row in reversed(rows) if row.last < today),
        homeless=tuple(team for team in teams if team.place_id is None),
        at_several=_at_several(desk),
        may_set=desk.may(SET),
    )


def _at_several(desk: Desk) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """People by name with their places, those of one place left out. One query."""
    found: dict[StaffMember, dict[str, None]] = {}
    rows = StaffMember.objects.filter(scope=desk.scope, state__iexact="ACTIVE", teams__place__isnull=False)
    for row in rows.annotate(place_name=models.F("teams__place__name")).order_by(
        "last_name", "first_name", "place_name"
    ):
        found.setdefault(row, {})[row.place_name] = None
    names = {row: f"{row.first_name} {row.last_name}".strip() or row.username for row in found}
    return tuple((names[row], tuple(told)) for row, told in found.items() if len(told) > 1)


def _sheet(place: Place, teams: Iterable[Team], years: Sequence[int]) -> PlaceSheet:
    worked = {row.day for row in place.holiday_exceptions.all()}
    holidays = (
        Holiday(day, name, day in worked)
        for year in years
        for day, name in public_holidays.days_of(place.country, place.subdivision, year).items()
    )
    return PlaceSheet(place, tuple(team for team in teams if team.place_id == place.pk), tuple(holidays))


def find_place(desk: Desk, number: int) -> Place:
    """A place of this tenant, for somebody who may change it. Raises NotAllowed, NotFound."""
    return _own(desk, Place.objects.filter(scope=desk.scope), number)


def find_closure(desk: Desk, number: int) -> Closure:
    """A closure of this tenant, for somebody who may change it. Raises NotAllowed, NotFound."""
    return _own(desk, Closure.objects.filter(scope=desk.scope).select_related("place"), number)


def _own(desk: Desk, rows: "models.QuerySet[Row]", number: int) -> Row:
    desk.require(SET)
    found = rows.filter(pk=number).first()
    if found is None:
        raise NotFound("no such row")
    return found


def places(desk: Desk) -> "models.QuerySet[Place]":
    """Those that may be chosen."""
    return Place.objects.filter(scope=desk.scope)


def teams(desk: Desk) -> "models.QuerySet[Team]":
    """Those that may be given a place."""
    return Team.objects.filter(scope=desk.scope)


# --- Changing ---------------------------------------------------------------------------------------------------------


def save_closure(desk: Desk, draft: ClosureDraft, number: int | None = None) -> Closure:
    """Make a closure, or change the one of this number. The same one twice is one. Raises NotAllowed, NotFound."""
    desk.require(SET)
    told = {name: getattr(draft, name) for name in ClosureDraft.__slots__}
    with transaction.atomic():
        if number is None:
            made = {"made_at": desk.now, "made_by": desk.account}
            row, new = Closure.objects.get_or_create(scope=desk.scope, **told, defaults=made)
            if new:
                _audit(desk, "closure.make", f"closure-{row.pk}", {}, facts_of(row))
            return row
        row = find_closure(desk, number)
        before = facts_of(row)
        for name, value in told.items():
            setattr(row, name, value)
        row.save(update_fields=list(told))
        _audit(desk, "closure.change", f"closure-{row.pk}", before, facts_of(row))
    return row


def delete_closure(desk: Desk, number: int) -> dict[str, Any]:
    """Delete a closure for good; what `restore_closure` needs to bring it back. Raises NotAllowed, NotFound."""
    with transaction.atomic():
        row = find_closure(desk, number)
        facts = facts_of(row)
        row.delete()
        _audit(desk, "closure.delete", f"closure-{number}", facts, {})
    return facts


def restore_closure(desk: Desk, facts: Mapping[str, Any]) -> Closure:
    """Bring back what was deleted; a place that is gone meanwhile is NotFound. Raises NotAllowed, NotFound."""
    place = find_place(desk, facts["place"]) if facts["place"] is not None else None
    first, last = (date.fromisoformat(facts[name]) for name in ("first", "last"))
    starts, ends = (time.fromisoformat(facts[name]) if facts[name] else None for name in ("starts", "ends"))
    return save_closure(desk, ClosureDraft(facts["name"], place, first, last, starts, ends))


def facts_of(row: Closure) -> dict[str, Any]:
    """A closure as plain words and numbers."""
    return {
        "name": row.name,
        "place": row.place_id,
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "starts": row.starts.isoformat("minutes") if row.starts else "",
        "ends": row.ends.isoformat("minutes") if row.ends else "",
    }


def save_place(
    desk: Desk,
    name: str,
    country: str,
    subdivision: str,
    members: Iterable[Team],
    number: int | None = None,
    seen: str | None = None,
) -> Place:
    """Make a place or change one; these teams work there then. `seen`: what `mark_of` told as the form was opened.

    Raises NameTaken, PlaceChanged, NotAllowed, NotFound.
    """
    desk.require(SET)
    wanted = {team.pk for team in members}
    try:
        with transaction.atomic():
            row = find_place(desk, number) if number else Place(scope=desk.scope)
            before = _place_facts(row) if number else {}
            if number and seen is not None and seen != mark_of(row):
                raise PlaceChanged(Place.objects.get(pk=row.pk))
            row.name, row.country, row.subdivision = name, country, subdivision
            row.save()
            Team.objects.filter(scope=desk.scope, place=row).exclude(pk__in=wanted).update(place=None)
            Team.objects.filter(scope=desk.scope, pk__in=wanted).update(place=row)
            _audit(desk, "place.change" if number else "place.make", f"place-{row.pk}", before, _place_facts(row))
    except IntegrityError as taken:
        raise NameTaken from taken
    return row


def mark_of(row: Place) -> str:
    """A short mark of what a place is, with its teams: another one after any change."""
    return marks.mark_of(_place_facts(row))


def ending(desk: Desk, number: int) -> PlaceEnd:
    """What deleting a place would do. Raises NotAllowed, NotFound."""
    place = find_place(desk, number)
    today = desk.now.astimezone(desk.clinic_zone).date()
    ahead = tuple(place.closures.filter(last__gte=today))
    return PlaceEnd(place, tuple(place.teams.all()), ahead, place.closures.filter(last__lt=today).count())


def delete_place(desk: Desk, number: int) -> str:
    """Delete a place for good: its teams have none then, its closures that are over go too; its name.

    Raises StillCloses, NotAllowed, NotFound.
    """
    with transaction.atomic():
        end = ending(desk, number)
        if end.ahead:
            raise StillCloses
        before = _place_facts(end.place)
        for row in end.place.closures.all():
            _audit(desk, "closure.delete", f"closure-{row.pk}", facts_of(row), {})
        Team.objects.filter(scope=desk.scope, place=end.place).update(place=None)
        end.place.delete()
        _audit(desk, "place.delete", f"place-{number}", before, {})
    return end.place.name


def _place_facts(row: Place) -> dict[str, Any]:
    teams_there = Team.objects.filter(place=row).order_by("pk").values_list("name", flat=True)
    return {"name": row.name, "country": row.country, "subdivision": row.subdivision, "teams": list(teams_there)}


def set_worked(desk: Desk, number: int, day: date, *, worked: bool) -> str:
    """Say that a place works on a public holiday, or that it does not after all; the name of the holiday.

    Raises NotAllowed, NotFound where the day is none there.
    """
    with transaction.atomic():
        place = find_place(desk, number)
        name = public_holidays.days_of(place.country, place.subdivision, day.year).get(day)
        if name is None:
            raise NotFound("no public holiday there")
        rows = HolidayException.objects.filter(place=place, day=day)
        if worked != rows.exists():
            rows.delete()
            if worked:
                HolidayException.objects.create(place=place, day=day)
            before, after = {"worked": not worked}, {"worked": worked}
            _audit(desk, "holiday.work", f"place-{number}-{day}", before, after)
    return name


def _audit(desk: Desk, action: str, thing: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A line before and a line after: each fact that differs, as it was and as it is."""
    mark = f"place-{secrets.token_urlsafe(12)}"
    names = [name for name in {**before, **after} if _plain(before.get(name)) != _plain(after.get(name))]
    fields = [f"{name}: {_plain(before.get(name))} → {_plain(after.get(name))}" for name in names]
    audit.note_done(desk, action, object_id=thing, fields=fields, intent=mark)


def _plain(value: Any) -> str:
    return "–" if value in (None, "", []) else json.dumps(value, ensure_ascii=False)
