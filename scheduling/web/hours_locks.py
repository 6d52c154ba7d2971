"""The page of locked hours, ready to print, and what is said to somebody whom a lock refuses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from scheduling.services import hours_locks, people, writes
from scheduling.services.desk import Desk
from scheduling.services.hours_locks import LOCK, HoursLocked, Lock, TeamRights
from scheduling.services.work_hours import Sheet
from scheduling.web.hours_words import either, range_in_words

MOST_LOCKS = 5


def refusal(locked: HoursLocked, ask: Sequence[str]) -> str:
    """Why hours were not saved, and what can be done about it. `ask` are the names of those who may lift the lock."""
    lock = locked.lock
    told = {"when": range_in_words(lock.first, lock.last), "reason": lock.reason, "whose": lock.whose, "by": lock.by}
    said = _("The hours of %(whose)s are locked %(when)s: %(reason)s.") % told
    by = _("%(by)s locked them.") % told if lock.by else ""
    return " ".join(part for part in (said, by, _way_out(ask), _("Nothing was saved.")) if part)


def met(desk: Desk, number: int, clinician_id: UUID) -> str:
    """The lock that stopped a step of a run: its days, why, by whom, and who can lift it."""
    lock = hours_locks.find(desk, number)
    if lock is None:
        return _("These days were locked when this was tried. The lock has been lifted since.")
    return f"{_in_words(lock)} {_way_out(hours_locks.lifters(desk, clinician_id))}"


def _way_out(ask: Sequence[str]) -> str:
    if not ask:
        return _("A manager can lift the lock.")
    return _("%(names)s can lift the lock.") % {"names": either(ask)}


@dataclass(frozen=True, slots=True)
class LockedDays:
    """What a form of hours says of locked days before anything is typed. `lift_url` is empty for who may not lift."""

    days: tuple[str, ...]
    more: int
    way_out: str
    lift_url: str


def locked_days(desk: Desk, sheet: Sheet, first: date | None = None) -> LockedDays | None:
    """The locks of somebody's days from today on, or from an earlier day that a record begins with; None for none."""
    person = sheet.clinician.id
    locks = hours_locks.to_come(desk, person, min(first or sheet.today, sheet.today))
    if not locks:
        return None
    lifts = any(lock.may_lift for lock in locks)
    return LockedDays(
        days=tuple(map(_in_words, locks[:MOST_LOCKS])),
        more=max(0, len(locks) - MOST_LOCKS),
        way_out="" if lifts else _way_out(hours_locks.lifters(desk, person)),
        lift_url=reverse("hours-locks") if lifts else "",
    )


def _in_words(lock: Lock) -> str:
    """`From 1 to 10 December 2026 (Nursing): payroll is done. Locked by Mara Boss.`"""
    told = {"when": range_in_words(lock.first, lock.last), "whose": lock.whose, "reason": lock.reason, "by": lock.by}
    said = capfirst(_("%(when)s (%(whose)s): %(reason)s.") % told)
    return f"{said} {_('Locked by %(by)s.') % told}" if lock.by else said


@dataclass(frozen=True, slots=True)
class Line:
    """One lock with the intent of the form that lifts it."""

    whose: str
    when: str
    reason: str
    by: str
    intent: str
    lift_url: str


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team: whether its coordinators may set hours, and the form that switches it."""

    name: str
    people: int
    delegates: bool
    intent: str
    url: str


@dataclass(frozen=True, slots=True)
class LocksPage:
    locks: tuple[Line, ...]
    teams: tuple[TeamLine, ...]


def page_of(desk: Desk) -> LocksPage:
    """The locks that the login may lift and the teams that it manages. Raises NotAllowed."""
    locks, teams = hours_locks.standing(desk), hours_locks.rights_of_teams(desk)
    keys = iter(writes.mint_many(desk, len(locks) + len(teams)))
    return LocksPage(tuple(_lines(locks, keys)), tuple(_team_lines(teams, keys)))


def _lines(locks: tuple[Lock, ...], keys: Iterator[str]) -> Iterator[Line]:
    for lock in locks:
        when = range_in_words(lock.first, lock.last)
        lift_url = reverse("hours-lock-lift", args=[lock.id])
        yield Line(lock.whose or _("Somebody unknown"), when, lock.reason, lock.by, next(keys), lift_url)


def _team_lines(teams: tuple[TeamRights, ...], keys: Iterator[str]) -> Iterator[TeamLine]:
    for team in teams:
        url = reverse("hours-delegate", args=[team.id])
        yield TeamLine(team.name, team.people, team.delegates, next(keys), url)


def choices(desk: Desk) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The teams and the people whose hours the login may lock, for a form."""
    teams = [(f"team:{team.id}", team.name) for team in hours_locks.rights_of_teams(desk)]
    users = [(choice_of(user.id), user.name) for user in people.clinicians(desk) if desk.may(LOCK, user.id)]
    return teams, users


def choice_of(person_id: UUID) -> str:
    return f"person:{person_id}"
