"""The page of locked hours, ready to print, and what is said to somebody whom a lock refuses."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.services import hours_locks, people, writes
from scheduling.services.desk import Desk
from scheduling.services.hours_locks import LOCK, HoursLocked, Lock, TeamRights
from scheduling.web.hours_words import range_in_words


def refusal(locked: HoursLocked) -> str:
    """Why hours were not saved, and what can be done about it."""
    lock = locked.lock
    told = {"when": range_in_words(lock.first, lock.last), "reason": lock.reason, "whose": lock.whose, "by": lock.by}
    said = _("The hours of %(whose)s are locked %(when)s: %(reason)s.") % told
    who = _("%(by)s locked them; a manager can lift the lock.") if lock.by else _("A manager can lift the lock.")
    return f"{said} {who % told} {_('Nothing was saved.')}"


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
