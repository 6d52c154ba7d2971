"""The visit panel as a part of other answers."""

from django.http import HttpResponse
from django.template.loader import render_to_string

from scheduling.domain.event import Event
from scheduling.services import changing
from scheduling.services.changing import AppointmentChanged, Done, NothingToChange, NotPossible
from scheduling.web import answers, visits
from scheduling.web.htmx import DeskRequest, is_part, render_part


def changed_panel(request: DeskRequest, done: Done) -> str:
    """The panel as it is now, to be put in its place wherever it is open; nothing for a whole page or a replay."""
    if done.event is None or not is_part(request) or not changing.may_see(request.desk, done.event):
        return ""
    context = {"visit": visits.view(request.desk, done.event), "oob": True}
    return render_to_string("appointments/show.html#part", context, request)


def panel_with(request: DeskRequest, event: Event, sentence: str, status: int) -> HttpResponse:
    """The panel with a sentence on top: why the press had no effect."""
    return render_part(
        request,
        "appointments/show.html",
        {"visit": visits.view(request.desk, event), "trouble": sentence},
        status=status,
    )


def explained(request: DeskRequest, trouble: AppointmentChanged | NotPossible) -> HttpResponse:
    """What kept a small form of the panel from being done, with the visit as it is now. Raises NotAllowed."""
    sentence, status = answers.trouble_of(trouble)
    return panel_with(request, trouble.event, sentence, status)


__all__ = ["NothingToChange", "changed_panel", "explained", "panel_with"]
