"""The report as a file: the same rows and totals as the page, numbers as numbers, lengths of time as hours."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from scheduling.web.failures import failure_of

from . import words
from .page import Report
from .source import COUNTS, Cell, Source

# What a spreadsheet would take for a formula (OWASP, CSV injection).
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
Value = str | float | int


def file_name(source: Source, ending: str) -> str:
    """`utilisation_2026-11-01_2026-11-30_by-week_leave-out_America-New_York.csv`."""
    period, zone = source.asked.period, source.usage.zone.key.replace("/", "-")
    return "_".join(["utilisation", f"{period.first}", f"{period.last}", *asked_words(source), f"{zone}.{ending}"])


def asked_words(source: Source) -> list[str]:
    """What tells this file from another of the same days: its rows and its switches."""
    asked = source.asked
    switches = asked.switches
    told = {
        f"than-{asked.compare.value}": asked.other is not None,
        "leave-out": switches.leave_out,
        "missed-out": not switches.missed,
        "outside": switches.outside,
        "heads": switches.heads,
    }
    return [f"by-{asked.by}", *(name for name, on in told.items() if on)]


def told(source: Source, report: Report) -> list[tuple[str, str]]:
    """What a file says of itself, so that a printed copy can be understood."""
    return [
        (_("Utilisation"), report.title),
        (_("Days"), f"{source.asked.period.first} – {source.asked.period.last}"),
        (_("Time zone"), report.zone),
        (_("Whose"), report.whose),
        (_("Counts"), "; ".join(report.switches) or _("as usual: missed visits and leave stay in")),
        (_("Formula"), f"{report.total.use.text} = {report.formula}"),
        (_("Complete"), _("yes") if source.usage.whole else _("no: not everything could be read")),
        *_as_of(source),
        (_("Made"), source.desk.now.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")),
    ]


def _as_of(source: Source) -> Iterator[tuple[str, str]]:
    """When what it shows was read, and why that was not now."""
    for age in sorted(source.ages, key=lambda age: age.read_at)[:1]:
        yield _("As of"), age.read_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    for problem in [age.problem for age in source.ages if age.problem][:1]:
        yield _("Not newer, because"), str(failure_of(problem).title)


def table(source: Source, report: Report) -> Iterator[list[Value]]:
    """The head and the rows with the total at the end. Hours as decimal numbers, utilisation as a share of 1."""
    heads = [_("%(name)s (h)") % {"name": words.MEASURES[measure]} for measure in source.columns]
    counts = {"visits": _("Visits"), "cancelled-late": _("Cancelled late")}
    yield [_("Row"), *heads, *(counts[name] for name in COUNTS), _("Utilisation")]
    for row in (*report.rows, report.total):
        yield [row.name, *map(_number, row.cells), "" if row.share is None else round(row.share, 6)]


def _number(cell: Cell) -> Value:
    """Minutes as hours, counts as they are, nothing where a figure is not known."""
    if not cell.value:
        return ""
    return int(cell.value) if cell.metric in COUNTS else round(int(cell.value) / 60, 6)


def safe(value: Value) -> Value:
    """A text that no spreadsheet takes for a formula; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def as_csv(source: Source, report: Report) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it as such."""
    text = io.StringIO()
    writer = csv.writer(text)
    about: list[list[Value]] = [[*row] for row in told(source, report)]
    for line in (*about, [], *table(source, report)):
        writer.writerow([safe(value) for value in line])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(source: Source, report: Report) -> bytes:
    """One sheet with the rows, one that says what they are. No text becomes a formula or a link."""
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        bold, number = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
        share = book.add_format({"num_format": "0.0%"})
        sheet = book.add_worksheet(_("Utilisation"))
        sheet.set_column(0, 0, 28)
        sheet.freeze_panes(1, 1)
        rows = list(table(source, report))
        for at, row in enumerate(rows):
            _write(sheet, at, row, (bold, number, share), is_head=at == 0)
        about = book.add_worksheet(_("About"))
        about.set_column(0, 1, 40)
        for at, (name, value) in enumerate(told(source, report)):
            about.write_string(at, 0, name, bold)
            about.write_string(at, 1, value)
    return made.getvalue()


def _write(sheet: Any, at: int, row: Sequence[Value], formats: tuple[Any, Any, Any], *, is_head: bool) -> None:
    bold, number, share = formats
    for place, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(at, place, value, bold if is_head or place == 0 else None)
        elif isinstance(value, int):
            sheet.write_number(at, place, value)
        else:
            sheet.write_number(at, place, value, share if place == len(row) - 1 else number)
