"""The report as plain tables for a file: everything that the page shows, numbers as numbers, times as hours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from . import words
from .page import Report
from .source import COUNTS, LEAD, NO_SHOWS, STATUS, UTILISATION, Cell, Source
from .stats import Stat


class Share(float):
    """A part of one."""


Value = str | float | int
Lines = list[list[Value]]


@dataclass(frozen=True, slots=True)
class Table:
    """A title that fits a spreadsheet's tab, a head, lines."""

    title: str
    head: list[str]
    lines: Lines


def tables(source: Source, report: Report) -> tuple[Table, ...]:
    """The rows first, then what the page shows above and below them; a table without lines is left out."""
    makers: tuple[Callable[[], Table], ...] = (
        partial(_rows, source, report),
        partial(_figures, report),
        partial(_statuses, report),
        partial(_trend, report),
        partial(_hours, report),
    )
    return tuple(table for table in (make() for make in makers) if table.lines or table.title == _("Utilisation"))


def number(cell: Cell) -> Value:
    """Minutes as hours, counts as they are, per cent as a part of one; nothing where a figure is not known."""
    if not cell.value:
        return ""
    if cell.metric in (UTILISATION, NO_SHOWS):
        return Share(round(float(cell.value) / 100, 6))
    if cell.metric == LEAD:
        return float(cell.value)
    is_count = cell.metric in COUNTS or cell.metric.startswith(STATUS)
    return int(cell.value) if is_count else round(int(cell.value) / 60, 6)


def _rows(source: Source, report: Report) -> Table:
    heads = [_("%(name)s (h)") % {"name": words.MEASURES[measure]} for measure in source.columns]
    head = [_("Row"), *heads, _("Visits"), _("Cancelled late"), _("Utilisation")]
    lines: Lines = [
        [row.name, *map(number, row.cells), "" if row.share is None else Share(round(row.share, 6))]
        for row in (*report.rows, report.total)
    ]
    return Table(_("Utilisation"), head, lines)


def _figures(report: Report) -> Table:
    compared = [report.compared] if report.compared else []
    lines: Lines = []
    for stat in report.stats:
        before = [number(stat.before) if stat.before else ""] if compared else []
        lines.append([stat.label, number(stat.cell), _unit(stat.cell), *before, _note(stat)])
    return Table(_("Figures"), [_("Figure"), _("Value"), _("Unit"), *compared, _("Note")], lines)


def _note(stat: Stat) -> str:
    """What stands below the figure; the figure's own words where it is no number."""
    told = (stat.cell.text if not stat.cell.value else "", stat.note, stat.change)
    return "; ".join(text for text in told if text)


def _unit(cell: Cell) -> str:
    units = {UTILISATION: _("part of 1"), NO_SHOWS: _("part of 1"), LEAD: _("days")}
    return units.get(cell.metric, _("hours")) if cell.value else ""


def _statuses(report: Report) -> Table:
    lines: Lines = [
        [one.name, number(one.cell), _("not told") if report.few_visits else Share(one.share / 100)]
        for one in report.statuses
    ]
    return Table(_("By status"), [_("Status"), _("Visits"), _("Share")], lines)


def _trend(report: Report) -> Table:
    name = _("Day") if report.trend.by_day else _("Week")
    lines: Lines = [
        [one.name, number(one.booked), number(one.offered), number(one.share)] for one in report.trend.columns
    ]
    head = [name, _("Counted as booked (h)"), _("Counted as offered (h)"), _("Utilisation")]
    return Table(_("Day by day") if report.trend.by_day else _("Week by week"), head, lines)


def _hours(report: Report) -> Table:
    """Every hour of the week that the page shows, demand beside capacity."""
    return Table(
        _("Hours of the week"),
        [_("Day of the week"), _("Hour"), _("Booked (h)"), _("Offered (h)")],
        list(_each_hour(report)),
    )


def _each_hour(report: Report) -> Iterator[list[Value]]:
    for day in report.heat.days:
        for hour, one in zip(report.heat.hours, day.hours, strict=True):
            yield [day.name, f"{hour}:00", number(one.booked), number(one.offered)]
