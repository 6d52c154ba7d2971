"""Visits that overlap because somebody booked in Welkin itself: all that are open, and keeping both."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from scheduling.services import overlaps
from scheduling.services.desk import NotAllowed
from scheduling.services.overlaps import Overlap
from scheduling.web import answers
from scheduling.web import overlaps as telling
from scheduling.web.forms.overlaps import KeepForm
from scheduling.web.htmx import DeskRequest, render_part


@require_safe
def waiting(request: DeskRequest) -> HttpResponse:
    """All open ones that the login may see; no call."""
    told = {"overlaps": telling.lines(request.desk), "blind_since": telling.blind_since(request.desk)}
    return render_part(request, "overlaps/page.html", told)


@require_safe
def notice(request: DeskRequest) -> HttpResponse:
    """What stands above a board, for boards that stay open; no call."""
    return render(request, "overlaps/notice.html")


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: DeskRequest, number: int) -> HttpResponse:
    """Say that both visits shall stay, and why."""
    overlap = overlaps.find(request.desk, number)
    if overlap is None:
        return _no_more(request)
    if not overlaps.may_accept(request.desk, overlap):
        raise NotAllowed("appointment.override")
    form = KeepForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _asked(request, overlap, form)
    overlaps.accept(request.desk, overlap, form.cleaned_data["reason"])
    return answers.succeeded(request, _("Both visits stay as they are."), to=reverse("overlaps"))


def _no_more(request: DeskRequest) -> HttpResponse:
    """It was settled meanwhile, maybe by the first of two presses. Raises Http404 for a form to be opened."""
    if request.method != "POST":
        raise Http404
    return answers.succeeded(request, _("This was settled already."), to=reverse("overlaps"))


def _asked(request: DeskRequest, overlap: Overlap, form: KeepForm) -> HttpResponse:
    told = {"form": form, "overlap": telling.line(request.desk, overlap)}
    return render_part(request, "overlaps/keep.html", told, status=422 if form.is_bound else 200)
