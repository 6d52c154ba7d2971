"""The keys of the boards: the legend, and the switch that turns single letters off."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from scheduling.services import keys
from scheduling.web.htmx import DeskRequest, is_part, leave, page_of, render_part


@dataclass(frozen=True, slots=True)
class Line:
    """Keys that do one thing, and what they do. `letter`: the switch turns them off."""

    keys: tuple[str, ...]
    does: str | Promise
    letter: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    title: str | Promise
    lines: tuple[Line, ...]


GROUPS = (
    Group(
        gettext_lazy("On the board"),
        (
            Line(("Tab",), gettext_lazy("Into the board, and out of it")),
            Line(("↑", "↓", "←", "→"), gettext_lazy("To the next visit or free time")),
            Line(("Home", "End"), gettext_lazy("First and last of the column")),
            Line(("Page Up", "Page Down"), gettext_lazy("Previous and next week or day")),
            Line(("Enter",), gettext_lazy("Open the visit, or book the free time")),
        ),
    ),
    Group(
        gettext_lazy("Move a visit"),
        (
            Line(("Space",), gettext_lazy("Lift it; arrows carry it, Page Up and Page Down take it to another week")),
            Line(("M",), gettext_lazy("Lift it"), letter=True),
            Line(("↑", "↓", "←", "→"), gettext_lazy("In a team's week: to another person or day at the same time")),
            Line(("Alt + ↑", "Alt + ↓"), gettext_lazy("Carry it by 5 minutes instead of 15")),
            Line(("Enter",), gettext_lazy("Put it down")),
            Line(("Esc",), gettext_lazy("Put it back")),
            Line(("Shift + ↑ ↓ ← →",), gettext_lazy("Move it at once by 15 minutes, or to the next column")),
            Line(("Alt + Shift + ↑ ↓",), gettext_lazy("Shorter and longer by 15 minutes")),
        ),
    ),
    Group(
        gettext_lazy("Go"),
        (
            Line(("T",), gettext_lazy("Today, or this week"), letter=True),
            Line(("D", "W", "L"), gettext_lazy("Day, week, list (of a team's week: figures)"), letter=True),
            Line(("[", "]"), gettext_lazy("Previous and next person"), letter=True),
            Line(("N",), gettext_lazy("Book a visit"), letter=True),
            Line(("F",), gettext_lazy("Find a slot"), letter=True),
            Line(("/",), gettext_lazy("Search")),
            Line(("Z",), gettext_lazy("Undo your last change"), letter=True),
            Line(("Shift + Z",), gettext_lazy("Redo what you undid last"), letter=True),
            Line(("?",), gettext_lazy("These keys"), letter=True),
        ),
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
def legend(request: DeskRequest) -> HttpResponse:
    """What each key does; a POST with `letters` on or off remembers it for the login."""
    if request.method != "POST":
        return render_part(request, "hand/keys.html", {"groups": GROUPS, "letters": request.desk.account.letter_keys})
    on = request.POST.get("letters") == "on"
    keys.set_letters(request.desk, on)
    messages.success(request, _("Single letters act as keys.") if on else _("Single letters do nothing any more."))
    return leave(request, page_of(request)) if is_part(request) else redirect("keys")
