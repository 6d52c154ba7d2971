"""The report as a file: its name, what it says of itself, and the tables of the page (tables.py)."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any, NamedTuple

import xlsxwriter
from django.utils.translation import gettext as _

from scheduling.web.failures import failure_of

from .page import Report
from .source import Source
from .tables import Lines, Share, Value, tables

# What a spreadsheet would take for a formula (OWASP, CSV injection).
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")


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


def safe(value: Value) -> Value:
    """A text that no spreadsheet takes for a formula; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def as_csv(source: Source, report: Report) -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it as such. An empty line and a title stand before each table."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in told(source, report):
        writer.writerow([safe(value) for value in row])
    for table in tables(source, report):
        about: Lines = [[], [table.title], [*table.head]]
        for line in (*about, *table.lines):
            writer.writerow([safe(value) for value in line])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(source: Source, report: Report) -> bytes:
    """A sheet for each table, and one that says what they are. No text becomes a formula or a link."""
    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(made, options) as book:
        bold, hours = book.add_format({"bold": True}), book.add_format({"num_format": "0.00"})
        formats = Formats(bold, hours, book.add_format({"num_format": "0.0%"}))
        for table in tables(source, report):
            sheet = book.add_worksheet(table.title)
            sheet.set_column(0, 0, 28)
            sheet.freeze_panes(1, 1)
            _write(sheet, 0, table.head, formats)
            for at, row in enumerate(table.lines, 1):
                _write(sheet, at, row, formats)
        about = book.add_worksheet(_("About"))
        about.set_column(0, 1, 40)
        for at, (name, value) in enumerate(told(source, report)):
            about.write_string(at, 0, name, bold)
            about.write_string(at, 1, value)
    return made.getvalue()


class Formats(NamedTuple):
    """How cells look: heads and names, hours, parts of one."""

    bold: Any
    hours: Any
    share: Any


def _write(sheet: Any, at: int, row: Sequence[Value], formats: Formats) -> None:
    for place, value in enumerate(row):
        if isinstance(value, str):
            sheet.write_string(at, place, value, formats.bold if at == 0 or place == 0 else None)
        elif isinstance(value, int):
            sheet.write_number(at, place, value)
        else:
            sheet.write_number(at, place, value, formats.share if isinstance(value, Share) else formats.hours)
