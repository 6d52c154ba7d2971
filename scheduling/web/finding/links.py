"""The addresses of the page: the question itself, its next page, a loosened question, and what a slot leads to."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.urls import reverse

from scheduling.domain.request import EVERY_DAY, Order
from scheduling.domain.slots import Slot
from scheduling.domain.week import MIDNIGHT
from scheduling.domain.why import Loosening, LooseningKind
from scheduling.domain.zone import wall
from scheduling.services.finding import MOST_NAMED, Ask, Choices
from scheduling.web import clock
from scheduling.web.forms.finding import FindForm
from scheduling.web.forms.finding_usual import ANY, EVERYBODY, usual_team

INSTANT = timedelta(microseconds=1)
Changes = dict[str, Sequence[str]]


def address(data: QueryDict, changes: Changes | None = None) -> str:
    """The page with this question: what is empty or none of the form's is left out, no name of anybody in it."""
    names = ["visit", *FindForm.base_fields]
    told = {name: data.getlist(name) for name in names} | (changes or {})
    query = urlencode([(name, value) for name, values in told.items() for value in values if value])
    return f"{reverse('find')}?{query}" if query else reverse("find")


def afresh(visit: str, known: Choices) -> str:
    """The page with the usual values in place of those that were kept from the last time."""
    told = {"visit": visit, "team": usual_team(known), "order": Order.SOONEST.value}
    return f"{reverse('find')}?{urlencode({name: value for name, value in told.items() if value})}"


def next_day(data: QueryDict, day: date) -> str:
    """The same question from this day on."""
    return address(data, {"first": [day.isoformat()]})


def next_page(data: QueryDict, cursor: str) -> str:
    """The page that goes on behind the slots shown so far."""
    return address(data, {"cursor": [cursor]})


def without(data: QueryDict, name: str, value: str) -> Changes:
    """One value of several taken away."""
    return {name: [each for each in data.getlist(name) if each != value]}


def loosened(data: QueryDict, loosening: Loosening, zone: ZoneInfo) -> str:
    """The question again, with this one thing asked less strictly. `zone` is the one that dates are typed in."""
    return address(data, _change(loosening, zone))


def _change(loosening: Loosening, zone: ZoneInfo) -> Changes:
    request = loosening.request
    if loosening.kind is LooseningKind.SHORTER:
        return {"minutes": [str(int(request.length.total_seconds() // 60))]}
    if loosening.kind is LooseningKind.WEEKDAY:
        days = [] if request.weekdays == EVERY_DAY else sorted(request.weekdays)
        return {"weekday": [str(day) for day in days]}
    if loosening.kind is LooseningKind.TIME_OF_DAY:
        earliest, latest = request.between or (MIDNIGHT, MIDNIGHT)
        return {"earliest": [_typed(earliest)], "latest": [_typed(latest)]}
    if loosening.kind is LooseningKind.LATER:
        return {"last": [_last_day(request.window.end, zone)]}
    if len(loosening.clinician_ids) > MOST_NAMED:
        return {"team": [EVERYBODY], "clinician": [], "together": [ANY]}
    return {"clinician": [str(person) for person in loosening.clinician_ids], "together": [ANY]}


def _typed(moment: time) -> str:
    return "" if moment == MIDNIGHT else moment.strftime("%H:%M")


def _last_day(end: datetime, zone: ZoneInfo) -> str:
    return wall(end - INSTANT, zone).date().isoformat()


def of_slot(ask: Ask, data: QueryDict, slot: Slot) -> str:
    """The dialog that one press opens: booking, joining the session, or moving the visit, filled in."""
    patients = [("patient", str(patient.id)) for patient in ask.patients]
    if slot.joins:
        return _joining(slot, patients)
    told = [("clinician", str(person)) for person in slot.clinician_ids]
    told += [("start", clock.stamp(slot.when.start)), ("minutes", str(slot.when.minutes))]
    if ask.visit:
        return f"{reverse('appointment-move', args=[ask.visit.id])}?{urlencode(told)}"
    told += [*patients, ("mode", data.get("mode", "")), ("type", data.get("type", ""))]
    return f"{reverse('appointment-new')}?{urlencode(told)}"


def _joining(slot: Slot, patients: list[tuple[str, str]]) -> str:
    place = reverse("appointment-join", args=[slot.joins])
    return f"{place}?{urlencode(patients)}" if patients else place
