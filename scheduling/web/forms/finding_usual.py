"""What "Find a slot" asks where the address leaves something out: the visit's own, the kept, or the usual value."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.event import Event, EventMode, EventType
from scheduling.domain.request import Order
from scheduling.domain.week import ONE_DAY, parse_day
from scheduling.services import visit_defaults
from scheduling.services.appointments import staff_moved
from scheduling.services.desk import Desk
from scheduling.services.finding import Choices
from scheduling.services.week import EVERYBODY, OWN_TEAMS

PERIOD = timedelta(weeks=4)
ANY, ALL = "any", "all"
THEIRS, PATIENTS = "clinician", "patient"
# What is kept for the next time: nothing of it tells about a patient.
KEPT = ("team", "order")


def team_choices(known: Choices) -> list[tuple[str, Any]]:
    """The quick choices: own teams, each team, everybody; with how many people of it can be booked."""
    own, every = len(known.own), len(known.people)
    rows = [(OWN_TEAMS, _("My teams"), own)] if own < every else []
    rows += [(str(team.id), team.name, len(team.people)) for team in known.teams]
    rows += [(EVERYBODY, _("Everybody I book for"), every)]
    return [
        (value, ngettext("%(name)s (%(n)d person)", "%(name)s (%(n)d people)", n) % {"name": name, "n": n})
        for value, name, n in rows
    ]


def filled(query: QueryDict, desk: Desk, known: Choices, visit: Event | None, kept: Mapping[str, Any]) -> QueryDict:
    """The form's data: what the address says, and for what it leaves out the visit's, the kept or the usual value."""
    data = query.copy()
    usual = _usual(data, desk, known) | _kept(data, known, kept) | _of_visit(visit)
    if "minutes" in query:  # sent by the form itself: nobody ticked means nobody
        usual.pop("clinician", None)
    for name, values in usual.items():
        if name not in data:
            data.setlist(name, values)
    if data.get("team") == OWN_TEAMS and len(known.own) == len(known.people):
        data["team"] = EVERYBODY  # the same people; a link may have said it in either way
    return data


def _usual(data: QueryDict, desk: Desk, known: Choices) -> dict[str, list[str]]:
    first = desk.today
    with suppress(ValueError):
        first = parse_day(data.get("first", ""))
    kind = data.get("type", EventType.APPOINTMENT.value)
    return {
        "type": [EventType.APPOINTMENT.value],
        "mode": [EventMode.IN_PERSON.value],
        "minutes": [str(visit_defaults.of(desk).length_of(kind))],
        "team": [usual_team(known)],
        "together": [ANY],
        "first": [first.isoformat()],
        "last": [_later(first).isoformat()],
        "clock": [THEIRS],
        "before": ["0"],
        "after": ["0"],
        "step": ["15"],
        "order": [Order.SOONEST.value],
    }


def usual_team(known: Choices) -> str:
    """Whom a login asks that has not chosen yet."""
    return OWN_TEAMS if len(known.own) < len(known.people) else EVERYBODY


def _later(first: date) -> date:
    try:
        return first + PERIOD - ONE_DAY
    except OverflowError:
        return first


def _of_visit(visit: Event | None) -> dict[str, list[str]]:
    """What a visit says about itself: its length, words, clinicians together and patients."""
    if visit is None:
        return {}
    staff = [str(person) for person in staff_moved(visit)]
    told = {
        "minutes": [str(visit.when.minutes)],
        "clinician": staff,
        "together": [ALL if len(staff) > 1 else ANY],
        "type": [visit.type or ""],
        "mode": [visit.mode or ""],
    }
    return {name: values for name, values in told.items() if values and values[0]}


def _kept(data: QueryDict, known: Choices, kept: Mapping[str, Any]) -> dict[str, list[str]]:
    """What was chosen the last time, where the address is a short link and says nothing of its own."""
    if "minutes" in data or "clinician" in data:
        return {}
    teams = {value for value, label in team_choices(known)}
    return {
        name: [str(kept[name])]
        for name in KEPT
        if kept.get(name) and (name != "team" or ("team" not in data and kept[name] in teams))
    }
