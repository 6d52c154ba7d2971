"""Closures, places and public holidays: the page, and the forms of those who may change them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from scheduling.directory.models import Closure, Place
from scheduling.domain.week import parse_day
from scheduling.services import closed_time, places
from scheduling.services.closed_time import Meets
from scheduling.web import closures
from scheduling.web.board import words
from scheduling.web.closures import Asked
from scheduling.web.forms.closures import ClosureForm, PlaceForm
from scheduling.web.htmx import DeskRequest
from scheduling.welkin.errors import NotFound, WelkinError

# Kept in the session until the page is next shown, or until the deleted closure is back.
SAVED, GONE = "closure_saved", "closure_gone"
WRONG = 422


@require_safe
def overview(request: DeskRequest) -> HttpResponse:
    """All closures, places and public holidays; no call."""
    page = closures.page_of(request.desk, places.overview(request.desk))
    saved: dict[str, Any] | None = request.session.pop(SAVED, None)
    told: dict[str, Any] = {"page": page, "gone": request.session.get(GONE) if page.may_set else None}
    if saved:
        told |= {"saved": closures.saved_words(saved), "saved_url": closures.visits_url(saved["id"])}
        told |= {"saved_meets": bool(saved["meets"])}
    return render(request, "closures/page.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def closure_new(request: DeskRequest) -> HttpResponse:
    request.desk.require(places.SET)
    return _closure(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def closure_edit(request: DeskRequest, number: int) -> HttpResponse:
    return _closure(request, places.find_closure(request.desk, number))


def _closure(request: DeskRequest, closure: Closure | None) -> HttpResponse:
    if request.method != "POST":
        return _closure_form(request, ClosureForm(desk=request.desk, closure=closure))
    form = ClosureForm(request.POST, desk=request.desk, closure=closure)
    if not form.is_valid():
        return _closure_form(request, form)
    found = _meets(request, form)
    asked = closures.meets_words(found)
    if asked and request.POST.get("confirm") != closures.token_of(found):
        return _closure_form(request, form, asked=asked, token=closures.token_of(found))
    row = places.save_closure(request.desk, form.draft, closure.pk if closure else None)
    request.session[SAVED] = {"id": row.pk, "name": row.name, "meets": asked}
    request.session.pop(GONE, None)
    return redirect("closures")


def _meets(request: DeskRequest, form: ClosureForm) -> Meets | None:
    """What the closure would meet; None where the calendar cannot be read, which is no reason not to close."""
    try:
        return closed_time.meets(request.desk, form.draft)
    except WelkinError:
        return None


def _closure_form(request: DeskRequest, form: ClosureForm, *, asked: str = "", token: str = "") -> HttpResponse:
    told = {"form": form, "closure": form.closure, "asked": asked, "token": token, "zone": request.desk.clinic_zone.key}
    return render(request, "closures/edit.html", told, status=WRONG if form.is_bound and not asked else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def closure_delete(request: DeskRequest, number: int) -> HttpResponse:
    """Ask, then delete it for good; the next page offers to bring it back."""
    try:
        closure = places.find_closure(request.desk, number)
    except NotFound:
        if request.method == "POST":  # the second of two presses
            return redirect("closures")
        raise
    if request.method != "POST":
        told = {"closure": closure, "when": closures.when_words(closure)}
        return render(request, "closures/delete.html", told)
    request.session[GONE] = places.delete_closure(request.desk, number)
    return redirect("closures")


@require_POST
def closure_back(request: DeskRequest) -> HttpResponse:
    """Bring back what this login deleted last; visits that were booked there meanwhile are told first."""
    request.desk.require(places.SET)
    gone = request.session.get(GONE)
    if gone:
        return _bring_back(request, gone)
    return redirect("closures")


def _bring_back(request: DeskRequest, gone: dict[str, Any]) -> HttpResponse:
    try:
        asked = _asked(request, lambda: places.restore_closure(request.desk, gone))
        if asked:
            return _ask(request, asked, _("Bring “%(name)s” back?") % {"name": gone["name"]})
        places.restore_closure(request.desk, gone)
    except NotFound:
        messages.warning(request, _("“%(name)s” cannot come back: its place was deleted.") % {"name": gone["name"]})
    else:
        messages.success(request, _("“%(name)s” is back.") % {"name": gone["name"]})
    request.session.pop(GONE, None)
    return redirect("closures")


def _asked(request: DeskRequest, change: Callable[[], object]) -> Asked | None:
    """What has to be agreed to before this change closes time; None where nothing, or where it was agreed to."""
    try:
        asked = closures.asked_of(closed_time.strands(request.desk, change))
    except WelkinError as failed:
        if isinstance(failed, NotFound):
            raise
        asked = closures.asked_of(None)
    return asked if asked and request.POST.get("confirm") != asked.token else None


def _ask(request: DeskRequest, asked: Asked, title: str) -> HttpResponse:
    return render(request, "closures/confirm.html", {"asked": asked, "title": title, "action": request.path})


@require_http_methods(["GET", "HEAD", "POST"])
def place_new(request: DeskRequest) -> HttpResponse:
    request.desk.require(places.SET)
    return _place(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def place_edit(request: DeskRequest, number: int) -> HttpResponse:
    return _place(request, places.find_place(request.desk, number))


def _place(request: DeskRequest, place: Place | None) -> HttpResponse:
    form = PlaceForm(request.POST if request.method == "POST" else None, desk=request.desk, place=place)
    asked = _save_place(request, form, place) if form.is_valid() else None
    if form.is_bound and form.is_valid() and not asked:
        messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
        return redirect("closures")
    told = {"form": form, "place": place, "asked": asked, "seen": places.mark_of(place) if place else ""}
    return render(request, "closures/place.html", told, status=WRONG if form.is_bound and not asked else 200)


def _save_place(request: DeskRequest, form: PlaceForm, place: Place | None) -> Asked | None:
    """Save it, or say what has to be agreed to first; what forbids it becomes an error of the form."""

    def save() -> None:
        number, seen = place.pk if place else None, request.POST.get("seen")
        places.save_place(request.desk, **_named(form), number=number, seen=seen)

    try:
        asked = _asked(request, save)
        if not asked:
            save()
    except places.NameTaken:
        form.add_error("name", _("Another place has this name already."))
    except places.PlaceChanged as changed:
        text = _("Somebody changed this place meanwhile: it is now %(now)s. Save once more to replace that.")
        form.add_error(None, text % {"now": closures.place_words(changed.now)})
    else:
        return asked
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def place_delete(request: DeskRequest, number: int) -> HttpResponse:
    """Say what goes with it, then delete it for good; refused while closures of it lie ahead."""
    try:
        end = places.ending(request.desk, number)
    except NotFound:
        if request.method == "POST":  # the second of two presses
            return redirect("closures")
        raise
    if request.method == "POST" and not end.ahead:
        name = places.delete_place(request.desk, number)
        messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
        return redirect("closures")
    status = WRONG if request.method == "POST" else 200
    return render(request, "closures/place_delete.html", {"page": closures.end_of(end)}, status=status)


def _named(form: PlaceForm) -> dict[str, Any]:
    told = form.cleaned_data
    return {"members": told["teams"], **{name: told[name] for name in ("name", "country", "subdivision")}}


@require_POST
def holiday_set(request: DeskRequest, number: int, day: str) -> HttpResponse:
    """A place works on a public holiday, or it does not after all."""
    try:
        asked_day = parse_day(day)
    except ValueError as wrong:
        raise Http404 from wrong
    worked = request.POST.get("worked") == "1"

    def change() -> str:
        return places.set_worked(request.desk, number, asked_day, worked=worked)

    asked = None if worked else _asked(request, change)
    if asked:
        return _ask(request, asked, _("Close on %(day)s after all?") % {"day": words.date_words(asked_day)})
    name = change()
    text = _("%(name)s is a day like others there.") if worked else _("%(name)s is closed.")
    messages.success(request, text % {"name": name})
    return redirect("closures")
