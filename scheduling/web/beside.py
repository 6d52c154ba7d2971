"""The API's own figures beside ours, ready to print: both, whether they differ, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.usage.figures import Figures, together
from scheduling.services.summary import Comparison, Difference, Reason, Row
from scheduling.web.figures import Cell, use_of
from scheduling.web.hours_words import length_of
from scheduling.welkin import Figure

HOUR = timedelta(hours=1)
# With how much or how many of it, and without where that cannot be told.
REASONS = {
    Reason.LEAVE: gettext_lazy("theirs counts leave (%(much)s)"),
    Reason.OVERLAP: gettext_lazy("theirs adds up visits at the same time (%(much)s)"),
    Reason.OUTSIDE: gettext_lazy("their occupancy counts visits outside the hours (%(much)s)"),
    Reason.ALL_DAY: gettext_lazy("ours takes all-day events as whole days (%(much)s)"),
    Reason.CANCELLED: gettext_lazy("theirs counts cancelled ones (%(much)s)"),
    Reason.LEAVE_COUNTED: gettext_lazy("theirs counts leave as events (%(much)s)"),
    Reason.CLOSED: gettext_lazy("theirs counts hours in which the place is closed (%(much)s)"),
    Reason.PAST_END: gettext_lazy("theirs may count hours past the end of a record (%(much)s)"),
    Reason.ZONE: gettext_lazy("no time zone is set, so theirs may read the hours on another clock"),
    Reason.OTHER: gettext_lazy("rounding, or a rule of theirs that is not documented"),
}


@dataclass(frozen=True, slots=True)
class Beside:
    """One clinician's figures of the API, each after ours, and why they differ."""

    clinician_id: UUID
    name: str
    pairs: tuple[tuple[Cell, Cell], ...]
    missing: bool
    differs: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BesideTotal:
    """The sums of those whom the API sent figures for; `partial` where that is not everybody."""

    name: str
    partial: bool
    pairs: tuple[tuple[Cell, Cell], ...]


def beside_of(row: Row) -> Beside:
    """One clinician's figures of the API after ours."""
    compared = row.comparison
    return Beside(
        clinician_id=row.user.id,
        name=row.user.name,
        pairs=_pairs(row.figures, compared) if compared else (),
        missing=compared is None,
        differs=compared is None or compared.differs,
        reasons=tuple(reason_in_words(reason) for reason in compared.reasons) if compared else (),
    )


def beside_total(rows: Sequence[Row]) -> BesideTotal:
    """Ours and theirs added up over the people whom both know. A figure that is no number for somebody has no sum."""
    both = [(row.figures, row.comparison.theirs) for row in rows if row.comparison]
    ours = together(figures for figures, _theirs in both)
    events = sum(theirs.created for _figures, theirs in both)
    pairs = (
        (_hours(ours.offered), _sum("api-working-hours", [theirs.working_hours for _figures, theirs in both])),
        (_hours(ours.booked), _sum("api-event-hours", [theirs.event_hours for _figures, theirs in both])),
        (Cell("", use_of(ours).text), Cell("", "–")),
        (Cell("", str(ours.visits)), Cell("api-events", str(events), str(events))),
    )
    return BesideTotal(_("Total"), len(both) < len(rows), pairs)


def _sum(metric: str, theirs: Sequence[Figure]) -> Cell:
    values = [figure.value for figure in theirs if figure.value is not None]
    if len(values) < len(theirs):
        return Cell(metric, _("not given"))
    return Cell(metric, f"{sum(values):.1f}", f"{round(sum(values), 1):g}")


def _pairs(figures: Figures, compared: Comparison) -> tuple[tuple[Cell, Cell], ...]:
    theirs, use = compared.theirs, use_of(figures)
    counted = Cell("api-events", str(theirs.created), str(theirs.created), compared.events_differ)
    return (
        (_hours(figures.offered), _their("api-working-hours", theirs.working_hours, compared.hours_differ)),
        (_hours(figures.booked), _their("api-event-hours", theirs.event_hours, compared.booked_differ)),
        (Cell("", use.text), _their("api-occupancy", theirs.occupancy, compared.use_differs)),
        (Cell("", str(figures.visits)), counted),
    )


def _hours(duration: timedelta) -> Cell:
    """Decimal hours, to stand beside theirs. The figure itself is named in the first table."""
    return Cell("", f"{duration / HOUR:.1f}")


def _their(metric: str, figure: Figure, differs: bool) -> Cell:
    """Their text as it came, with its value where one could be read."""
    text = figure.text or _("not given")
    return Cell(metric, text, "" if figure.value is None else f"{figure.value:g}", differs)


def reason_in_words(difference: Difference) -> str:
    """One reason with its amount."""
    much = length_of(difference.time) if difference.time is not None else str(difference.count or "")
    return REASONS[difference.reason] % {"much": much}
