"""Forms that did not come through: kept when the answer is no clear yes, offered in the frame, opened filled in.

Which forms these are is told here, by route. A view says `keep` where an answer's status cannot tell that the form was
kept from being done (a conflict, a refusal) from a mistake in a field; the rest follows from the intent's own state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scheduling.services import drafts, writes
from scheduling.services.connection import NotConfigured
from scheduling.services.desk import Desk
from scheduling.services.drafts import Kept
from scheduling.services.writes import Ending, IntentRefused, LedgerBusy

log = structlog.get_logger("daybook.web")

FORMS: dict[str, str | Promise] = {
    "appointment-new": _("Book a visit"),
    "appointment-move": _("Move visit"),
    "appointment-edit": _("Edit visit"),
    "appointment-cancel": _("Cancel visit"),
    "appointment-restore": _("Set a visit back to scheduled"),
    "appointment-delete": _("Delete visit"),
    "appointment-join": _("Add a patient"),
    "change-undo": _("Undo a change"),
    "hours-new": _("New hours"),
    "hours-edit": _("Edit hours"),
    "hours-end": _("End hours early"),
    "hours-copy": _("Copy a week of hours"),
    "hours-rotation": _("A/B weeks"),
    "patient-new": _("New patient"),
    "leave-new": _("Ask for leave"),
    "user-new": _("New person"),
    "user-edit": _("Time zone and credentials"),
}
# Never kept: the one lets a form in, the others open doors (no form above has them).
NEVER = ("csrfmiddlewaretoken", "password", "oldpassword", "password1", "password2")
KEEP, KEEP_AS = "_form_is_kept", "_form_is_kept_as"


@dataclass(frozen=True, slots=True)
class Line:
    """What the frame says of one kept form."""

    title: str | Promise
    kept: Kept

    @property
    def key(self) -> str:
        return self.kept.key


@dataclass(frozen=True, slots=True)
class Lines:
    """The kept forms of a login: of which it is not known yet whether they were saved, and that were not."""

    unknown: list[Line] = field(default_factory=list)
    unsaved: list[Line] = field(default_factory=list)


def fields_of(posted: QueryDict) -> dict[str, list[str]]:
    """What a form sent, without what is never kept."""
    return {name: [str(text) for text in posted.getlist(name)] for name in posted if name not in NEVER}


def form_of(request: HttpRequest) -> tuple[str, dict[str, str]] | None:
    """The route of the form that was sent, with what stands in its address; None for what is no such form."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.view_name not in FORMS:
        return None
    return match.view_name, {name: str(value) for name, value in match.kwargs.items()}


def keep(request: HttpRequest, as_intent: str = "") -> None:
    """The form that was sent was kept from being done: what was typed is worth keeping, under this intent."""
    setattr(request, KEEP, True)
    if as_intent:
        setattr(request, KEEP_AS, as_intent)


def settle(request: HttpRequest, answer: HttpResponse) -> None:
    """Keep or forget what a form sent, by what came of it. Our own database may be away: the answer stands then."""
    desk: Desk | None = getattr(request, "desk", None)
    form = form_of(request)
    # What cannot be read as a form (400) is not read again.
    if desk is None or form is None or answer.status_code == 400:
        return
    try:
        _settle(request, desk, form, answer.status_code)
    except (LedgerBusy, DatabaseError) as away:
        log.warning("draft_not_kept", exception_type=type(away).__name__)


def _settle(request: HttpRequest, desk: Desk, form: tuple[str, dict[str, str]], status: int) -> None:
    key = request.POST.get("intent", "")
    chosen = getattr(request, KEEP_AS, "")
    try:
        earlier = writes.earlier(desk, key)
    except IntentRefused:
        return
    if chosen:
        drafts.save(desk, chosen, *form, fields_of(request.POST) | {"intent": [chosen]})
    elif earlier and earlier.ending is Ending.CONFIRMED:
        drafts.forget(desk, key)
        # The next patient to be added is another one.
        if form[0] != "appointment-join":
            drafts.forget_same(desk, key, *form)
    elif earlier or status >= 500 or status in (403, 409) or getattr(request, KEEP, False):
        drafts.save(desk, key, *form, fields_of(request.POST))


def keep_typed(request: HttpRequest) -> None:
    """Keep a form that was typed into and never sent. What is no such form, or was sent, is left alone."""
    desk: Desk | None = getattr(request, "desk", None)
    form = form_of(request)
    if desk is None or form is None:
        return
    key = request.POST.get("intent", "")
    try:
        if writes.earlier(desk, key) is None:
            drafts.save(desk, key, *form, fields_of(request.POST))
    except (IntentRefused, LedgerBusy, DatabaseError) as away:
        log.warning("draft_not_kept", exception_type=type(away).__name__)


def keep_for_owner(request: HttpRequest, now: Any) -> str:
    """Keep a form whose session has ended, for the login that opened it. Its key, empty where nothing was kept.

    `now` is aware.
    """
    form = form_of(request)
    if form is None:
        return ""
    key = request.POST.get("intent", "")
    try:
        return key if drafts.save_for_owner(now, key, *form, fields_of(request.POST)) else ""
    except (LedgerBusy, DatabaseError, NotConfigured) as away:
        log.warning("draft_not_kept", exception_type=type(away).__name__)
        return ""


def is_own(request: HttpRequest) -> bool:
    """Whether the form that was sent was opened by the login that sends it: then it is no trick of another site's."""
    user = request.user
    return user.is_authenticated and drafts.is_own(user, request.POST.get("intent", ""))


def keep_anew(request: HttpRequest, desk: Desk) -> str:
    """Keep a form whose intent was used for something else, under the one to send it by. Its key, empty for none.

    Not while the outcome of the first is unknown: nobody shall send it again then.
    """
    key = request.POST.get("intent", "")
    if form_of(request) is None:
        return ""
    try:
        earlier = writes.earlier(desk, key)
        if earlier is None or earlier.ending in (Ending.UNKNOWN, Ending.WORKING):
            return ""
        follower = drafts.next_intent(desk, key)
    except IntentRefused:
        return ""
    keep(request, follower)
    return follower


def lines(desk: Desk, opened: str = "") -> Lines:
    """The kept forms for the frame of a page, but for the one it shows; none where our own database cannot tell."""
    try:
        kept_forms = drafts.of(desk)
    except DatabaseError:
        return Lines()
    told = [Line(FORMS[kept.route], kept) for kept in kept_forms if kept.route in FORMS and kept.key != opened]
    return Lines([line for line in told if line.kept.open], [line for line in told if not line.kept.open])


def address_of(kept: Kept) -> str:
    """Where the form is opened, filled in as it was typed; empty where its route is no more."""
    try:
        return f"{reverse(kept.route, kwargs=dict(kept.arguments))}?draft={kept.key}"
    except NoReverseMatch:
        return ""


def opened_key(request: HttpRequest) -> str:
    """The kept form that the address names; empty also for an address that is turned away for its size."""
    try:
        return request.GET.get("draft", "")
    except SuspiciousOperation:
        return ""


def opened(request: HttpRequest) -> QueryDict | None:
    """What was typed into the kept form that the address names, with the intent to send it by; None for none."""
    key, match = opened_key(request), request.resolver_match
    desk: Desk = request.desk  # type: ignore[attr-defined]
    kept = drafts.find(desk, key) if key else None
    if kept is None or match is None or kept.open:
        return None
    here = {name: str(value) for name, value in match.kwargs.items()}
    if (kept.route, dict(kept.arguments)) != (match.view_name, here):
        return None
    return as_posted(drafts.reopen(desk, kept)) or None


def as_posted(fields: Mapping[str, list[str]]) -> QueryDict:
    """Kept fields as a form that was sent."""
    told = QueryDict(mutable=True)
    for name, values in fields.items():
        told.setlist(name, values)
    return told


def mark_of(account: Any) -> str:
    """By which a page tells whether it is still the same person's: says nothing of who it is."""
    return salted_hmac("daybook.page-of", str(account.pk)).hexdigest()[:20]
