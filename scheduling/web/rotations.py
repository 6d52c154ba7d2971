"""Weeks that take turns, ready to print: which week is which letter, and what a plan would write."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.rotation import LETTERS, Turns, monday_of
from scheduling.services.hours_copy import token_of
from scheduling.services.hours_difference import Difference
from scheduling.services.hours_plan import Plan
from scheduling.services.rotations import Planned, Standing
from scheduling.web.hours_copy import named, records_in_words
from scheduling.web.hours_difference import Change, change_of
from scheduling.web.hours_words import range_in_words, spans_in_words


@dataclass(frozen=True, slots=True)
class Turn:
    """One week of the preview."""

    letter: str
    number: int
    first: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be written. `token` is empty where nothing would be; `change` tells the hours gained and lost."""

    turns: tuple[Turn, ...]
    records: str
    stays: tuple[str, ...]
    token: str
    change: Change | None


def weeks_of(turns: Turns, first: date | None = None) -> tuple[Turn, ...]:
    """Every week with its letter, from the one that holds `first` on."""
    return tuple(_weeks(turns, monday_of(max(turns.first, first or turns.first))))


def _weeks(turns: Turns, monday: date) -> Iterator[Turn]:
    while monday <= turns.last:
        yield Turn(turns.letter(monday), monday.isocalendar().week, date_format(monday, "j M"))
        monday += timedelta(weeks=1)


def preview_of(turns: Turns, plan: Plan | None, difference: Difference | None, stays: tuple[str, ...] = ()) -> Preview:
    records = records_in_words(plan) if plan else _("Nothing is different: the hours are like that already.")
    return Preview(weeks_of(turns), records, stays, token_of(plan) if plan else "", change_of(difference))


def preview_of_planned(turns: Turns, planned: Planned | None, difference: Difference | None) -> Preview:
    stays = tuple(named(record) for record in planned.stays) if planned else ()
    return preview_of(turns, planned.plan if planned else None, difference, stays)


@dataclass(frozen=True, slots=True)
class StandingCard:
    """The rotation that stands: its weeks to come, its patterns by day, and what is missing of it."""

    title: str
    dates: str
    turns: tuple[Turn, ...]
    letters: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    missing: str


def card_of(told: Standing, today: date) -> StandingCard:
    turns, missing = told.turns, told.missing
    gone = ngettext(
        "%(n)s of its records was changed since or is not there yet. It is left as it is.",
        "%(n)s of its records were changed since or are not there yet. They are left as they are.",
        missing,
    )
    return StandingCard(
        title=told.name or _("Weeks that take turns"),
        dates=range_in_words(turns.first, turns.last),
        turns=weeks_of(turns, today),
        letters=tuple(LETTERS[: len(turns.weeks)]),
        rows=tuple(
            (str(WEEKDAYS[day]), tuple(spans_in_words(week[day]) or _("Off") for week in turns.weeks))
            for day in range(7)
        ),
        missing=gone % {"n": missing} if missing else "",
    )
