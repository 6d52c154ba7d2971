"""A week beside the API, visit by visit, ready to print. Nobody's name but the clinician's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.services.desk import Desk
from scheduling.services.explained import Entry, Explained, Rule
from scheduling.web import words
from scheduling.web.beside import beside_of
from scheduling.web.board.words import clock, day_words
from scheduling.web.figures import Cell
from scheduling.web.hours import week_label
from scheduling.web.hours_words import length_of

RULES: Mapping[Rule, words.Word] = {
    Rule.LEAVE: gettext_lazy("leave: theirs counts it, ours does not"),
    Rule.OVERLAP: gettext_lazy("at the same time as another: theirs adds it up, ours counts the time once"),
    Rule.ALL_DAY: gettext_lazy("all day: ours takes the whole local day"),
    Rule.CANCELLED: gettext_lazy("cancelled: no time on either side; theirs counts it among the events"),
    Rule.CLIPPED: gettext_lazy("reaches over the week: both count the part inside"),
    Rule.NO_STATUS: gettext_lazy("no status: both take it as scheduled"),
    Rule.OUTSIDE: gettext_lazy("%(much)s of it outside the hours: in their occupancy, not in our utilisation"),
}
STEP = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Line:
    day: str
    time: str
    what: str
    theirs: str
    ours: str
    differs: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the four figures that both sides give."""

    name: str
    theirs: Cell
    ours: Cell


@dataclass(frozen=True, slots=True)
class ExplainedPage:
    """Everything that the page prints. `told`: the API's own text; `rest`: what of it no visit explains."""

    name: str
    week: str
    zone: str
    lines: tuple[Line, ...]
    theirs: str
    ours: str
    told: str
    rest: str
    back: str
    figures: tuple[Figure, ...]
    reasons: tuple[str, ...]


def page_of(desk: Desk, found: Explained) -> ExplainedPage:
    compared, beside = found.row.comparison, beside_of(found.row)
    names = (_("Work hours"), _("Event hours"), _("Use"), _("Events"))
    # Their text has one decimal: within half a step it is the same.
    rest = found.rest if found.rest is not None and abs(found.rest) > STEP else None
    return ExplainedPage(
        name=found.row.user.name,
        week=week_label(found.week),
        zone=desk.clinic_zone.key,
        lines=tuple(_line(desk, entry) for entry in found.entries),
        theirs=length_of(found.theirs),
        ours=length_of(found.ours),
        told=compared.theirs.event_hours.text if compared else _("not given"),
        rest="" if rest is None else length_of(rest),
        back=f"{reverse('utilisation')}?week={found.week}",
        figures=tuple(Figure(name, theirs, ours) for name, (ours, theirs) in zip(names, beside.pairs, strict=False)),
        reasons=beside.reasons,
    )


def _line(desk: Desk, entry: Entry) -> Line:
    event, zone = entry.event, desk.clinic_zone
    start, end = event.when.start, event.when.end
    return Line(
        day=day_words(start.astimezone(zone).date()),
        time=f"{clock(start, zone)}–{clock(end, zone)}",
        what=f"{words.type_of(event)} · {words.status_of(event) or _('no status')}",
        theirs=length_of(entry.theirs),
        ours=length_of(entry.ours),
        differs=entry.theirs != entry.ours,
        why=tuple(str(RULES[rule]) % {"much": length_of(entry.outside)} for rule in entry.rules),
    )
