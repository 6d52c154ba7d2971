"""The report of how hours are used: the page, what its figures are made of, its files."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from scheduling.services import usage, usage_export
from scheduling.services.usage import AT_ONCE
from scheduling.web.forms.usage import Asked, UsageForm
from scheduling.web.htmx import DeskRequest, render_part
from scheduling.web.usage import export
from scheduling.web.usage.page import report_of
from scheduling.web.usage.parts import parts_of
from scheduling.web.usage.source import Source

FILES = {
    "csv": (export.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (export.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
# A year and the year before it.
ALL_MONTHS = 28


@require_safe
def report(request: DeskRequest) -> HttpResponse:
    """The figures of a period; a long one comes month by month."""
    form = form_of(request)
    if not form.is_valid():
        return render_part(request, "usage/report.html", {"form": form}, part="page", status=422)
    asked = form.cleaned_data["asked"]
    source = read(request, asked, _months(request))
    return render_part(request, "usage/report.html", {"form": form, "report": report_of(source)}, part="page")


@require_POST
def again(request: DeskRequest) -> HttpResponse:
    """Forget what is kept of the months asked for, and begin anew."""
    form = form_of(request)
    if form.is_valid():
        asked = form.cleaned_data["asked"]
        people = usage.choose(request.desk, asked.team, asked.person).people
        usage.read_again(request.desk, people, asked.period, asked.other)
    query = request.GET.copy()
    query.pop("months", None)
    return redirect(f"{reverse('usage')}?{query.urlencode()}")


def _months(request: DeskRequest) -> int:
    return min(ALL_MONTHS, _number(request.GET.get("months", ""), AT_ONCE))


def _number(text: str, usual: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else usual


def form_of(request: DeskRequest) -> UsageForm:
    return UsageForm(request.GET.dict(), request.desk, usage.choose(request.desk))


def read(request: DeskRequest, asked: Asked, months: int) -> Source:
    """At most so many months of the period, and of the one to compare with what is left of them."""
    desk, people = request.desk, usage.choose(request.desk, asked.team, asked.person).people
    found = usage.read(desk, people, asked.period, max(1, months))
    left = max(0, months - found.read)
    other = usage.read(desk, people, asked.other, left) if asked.other and found.read == found.parts else None
    query = request.GET.copy()
    query.pop("months", None)
    source = Source(desk, asked, found, other if other and other.whole else None, query)
    return replace(source, other_read=other.read, other_failed=other.problem is not None) if other else source


@require_safe
def parts(request: DeskRequest) -> HttpResponse:
    """What one figure is made of."""
    form = form_of(request)
    if not form.is_valid():
        return render(request, "usage/report.html", {"form": form}, status=422)
    source = read(request, form.cleaned_data["asked"], ALL_MONTHS)
    asked = request.GET
    page = _number(asked.get("page", ""), 1)
    found = parts_of(source, asked.get("figure", ""), asked.get("key") or None, asked.get("hour", ""), page)
    return render(request, "usage/parts.html", {"parts": found})


@require_safe
def file(request: DeskRequest, ending: str) -> HttpResponse:
    """The report as a file. It is written down before it is sent."""
    form = form_of(request)
    if not form.is_valid():
        return render(request, "usage/report.html", {"form": form}, status=422)
    source = read(request, form.cleaned_data["asked"], ALL_MONTHS)
    make, kind = FILES[ending]
    name = export.file_name(source, ending)
    usage_export.note(request.desk, name, [user.id for user in source.usage.people], export.asked_words(source))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(make(source, report_of(source)), content_type=kind, headers=headers)
