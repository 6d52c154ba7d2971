"""How the views of visits answer: the outcome as parts or a redirect, or the form again with what was typed."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from scheduling.services import drafts as kept_forms
from scheduling.services.changing import AppointmentChanged, Done, NothingToChange, NotPossible, OthersUnderWay
from scheduling.services.desk import Desk
from scheduling.services.writes import LedgerBusy, Outcome
from scheduling.web import drafts, history_offer, words
from scheduling.web.failures import BUSY, failure_of
from scheduling.web.history_offer import Offer
from scheduling.web.htmx import DeskRequest, is_part, leave, page_of, with_triggers
from scheduling.welkin.errors import Refused, WelkinError

# A form that comes back because the API did not answer is a 422, not a 503: htmx swaps no 5xx answer, and the point
# of coming back is that people see their own text with the sentence next to it.
UNSENT = 422
CHANGED = 409
REFUSED = 422


def on_own_page(request: HttpRequest) -> bool:
    """Whether the part belongs to a form that is a page of its own, and not to a dialog over another page."""
    return page_of(request).partition("?")[0] == request.path


def succeeded(
    request: DeskRequest,
    text: str,
    *,
    to: str,
    parts: str = "",
    kept: str = "",
    see: str = "",
    done: Done | None = None,
) -> HttpResponse:
    """Tell that it worked: a toast, the changed parts, and triggers; a redirect where the form is a page of its own.

    `kept` is what the next page says instead of `text` where that names somebody: a message is stored until then.
    The toast leads to `see`, for what was done before, and offers to undo the change that was `done`.
    """
    offered = history_offer.offer(request.desk, done)
    if not is_part(request) or on_own_page(request):
        told(request, kept or text, offered)
        return leave(request, to)
    toast = render_to_string("appointments/toast.html", {"text": text, "offer": offered, "see": see}, request)
    answer = HttpResponse(parts + toast, headers={"HX-Reswap": "none"})
    return with_triggers(answer, **{"appointment-changed": True, "close-dialog": True})


def told(request: HttpRequest, text: str, offered: Offer) -> None:
    """Say it on the next page, with a link to its undo (a message's extra tags are the address of what it offers)."""
    first = not offered.url or offered.old is None
    messages.success(request, f"{text} {offered.why}".strip(), extra_tags=offered.url if first else "")


def not_known_yet(done: Done) -> HttpResponse:
    """The checking card, which finds out by itself; a part follows the redirect in its own place."""
    return redirect(reverse("outcome", args=[done.outcome.intent]))


def reason_of(error: WelkinError | None) -> str:
    """What the API said when it refused, with the fields it named; a plain sentence where it said nothing."""
    if isinstance(error, Refused):
        details = "; ".join(f"{name}: {why}" for name, why in error.details.items())
        told = " ".join(part for part in (error.reason, f"({details})" if details else "") if part)
        return _("The calendar service refused this: %(why)s") % {"why": told or _("it gave no reason")}
    return _("The calendar service refused this. Nothing was changed.")


def changed_sentence(changed: AppointmentChanged) -> str:
    named = ", ".join(str(words.PARTS[part]) for part in changed.parts)
    return _(
        "Somebody changed this visit meanwhile (%(parts)s). Nothing was saved: look at it as it is now, then decide."
    ) % {"parts": named}


def trouble_of(error: Exception) -> tuple[str, int]:
    """The sentence and the status for what kept a form from being done."""
    if isinstance(error, OthersUnderWay):
        return _("Another change of this visit is being saved just now; wait a moment and send again."), CHANGED
    if isinstance(error, LedgerBusy):
        return f"{BUSY.title}. {BUSY.sentence}", UNSENT
    if isinstance(error, AppointmentChanged):
        return changed_sentence(error), CHANGED
    if isinstance(error, NotPossible):
        return str(words.REASONS[error.reason]), REFUSED
    if isinstance(error, NothingToChange):
        return _("Nothing is different yet: change something, or close this."), REFUSED
    failure = failure_of(error) if isinstance(error, WelkinError) else None
    return (f"{failure.title}. {failure.sentence}" if failure else str(error)), UNSENT


def kept_from(request: HttpRequest, error: Exception) -> tuple[str, int]:
    """As `trouble_of`; and what was typed is kept, unless nothing was asked for."""
    if not isinstance(error, NothingToChange):
        drafts.keep(request)
    return trouble_of(error)


def refused(request: DeskRequest, form: forms.Form, outcome: Outcome) -> None:
    """The API's reason next to a form that comes back after a clear no, and the intent to send it by again."""
    form.add_error(None, reason_of(outcome.error))
    new_intent(form, request.desk)
    drafts.keep(request, form.data["intent"])


def new_intent(form: forms.Form, desk: Desk) -> None:
    """Give a form that comes back after a clear no its next intent: the one before has had its outcome."""
    set_field(form, "intent", kept_forms.next_intent(desk, form.data.get("intent", "")))


def set_field(form: forms.Form, name: str, value: str) -> None:
    """Replace a hidden value of a bound form that comes back."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data[name] = value
    form.data = data
