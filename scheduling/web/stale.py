"""How a page says how old its reading is, and how it comes up to date by itself."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from scheduling.services.desk import Desk
from scheduling.services.kept import Age
from scheduling.web import clock
from scheduling.web.failures import failure_of

# How many seconds a page waits before it asks again: while it is being read anyway, while something is open, and where
# it stands open for hours: an outage then shows on it within a minute. Longer than an answer is fresh (kept.FRESH).
SOON, NOW_AND_THEN, STANDING_OPEN = 2, 10, 40


@dataclass(frozen=True, slots=True)
class Stale:
    """The calendar of `at`, because the API does not answer: `problem` says why, as a sentence without its stop."""

    at: str
    problem: str | Promise


def moment(instant: datetime, desk: Desk) -> str:
    """ "10:42", with the day where it is not today."""
    told = clock.time(instant, desk.zone)
    same_day = instant.astimezone(desk.zone).date() == desk.today
    return told if same_day else f"{clock.day(instant, desk.zone)}, {told}"


def stale_of(desk: Desk, age: Age) -> Stale | None:
    """What the banner says; None for a reading of now."""
    return Stale(moment(age.read_at, desk), failure_of(age.problem).title) if age.problem else None


def seconds_of(age: Age, *, waiting: bool = False, standing: bool = False) -> int:
    """After how many seconds the page asks again by itself, 0 for never.

    `waiting`: it shows an open claim of ours. `standing`: people leave it open and book from it.
    """
    if age.pending:
        return SOON
    if age.stale or waiting:
        return NOW_AND_THEN
    return STANDING_OPEN if standing else 0
