"""What the frame around every page prints: navigation, who is signed in, demo and sandbox notes."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from scheduling.ledger.models import EmergencyGrant
from scheduling.services import emergency, feeds, visit_defaults
from scheduling.services.desk import Desk
from scheduling.web import drafts
from scheduling.web.middleware.idle import NOTE_EVERY


@dataclass(frozen=True, slots=True)
class NavItem:
    url: str
    label: str | Promise
    icon: str
    current: bool
    count: object = 0


# Route name, label, icon of the sprite, an action of the permission table, prefix of the paths below it.
NAVIGATION = (
    ("week", _("Week"), "calendar-days", "calendar.busy", "/week/"),
    ("day", _("Day"), "columns-3", "calendar.busy", ("/day/", "/team/")),
    ("find", _("Find a slot"), "calendar-clock", "appointment.book", "/find/"),
    ("invitations", _("Invitations"), "inbox", "invitation.answer", "/invitations/"),
    ("hours", _("Hours"), "clock", "hours.see", "/hours/"),
    ("utilisation", _("Utilisation"), "chart-column", "utilisation.see", "/utilisation/"),
    ("people", _("People"), "users", "people.see", "/people/"),
    ("audit", _("Audit"), "history", "audit.read", "/audit/"),
)


@dataclass(frozen=True, slots=True)
class Emergency:
    """Emergency access that is open, and in how many seconds a page should ask whether it still is."""

    grant: EmergencyGrant | None
    seconds: int


def emergency_of(desk: Desk) -> Emergency:
    grant = desk.emergency
    return Emergency(grant, int((grant.until - desk.now).total_seconds()) + 2 if grant else 0)


def may_anyhow(desk: Desk, action: str) -> bool:
    """Whether the login may do the action with anybody's calendar at all."""
    from scheduling.accounts.permissions import Scope, scope_of

    return scope_of(desk.account, action) > Scope.NOBODY


def navigation(request: HttpRequest, desk: Desk) -> list[NavItem]:
    # Asked only where the item is printed.
    counted = {"audit": SimpleLazyObject(lambda: emergency.unseen(desk).count())}
    return [
        NavItem(reverse(route), label, icon, request.path.startswith(prefix), counted.get(route, 0))
        for route, label, icon, action, prefix in NAVIGATION
        if may_anyhow(desk, action)
    ]


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of every template."""
    desk: Desk | None = getattr(request, "desk", None)
    common: dict[str, object] = {
        "clinic_name": settings.CLINIC_NAME,
        "demo": settings.DEMO,
        "sandbox": settings.SANDBOX,
    }
    if desk is None:
        return common
    return common | {
        "desk": desk,
        # Asked only where a template prints it: the frame of a whole page, and the line itself.
        "kept_forms": SimpleLazyObject(lambda: drafts.lines(desk, drafts.opened_key(request))),
        "idle_limit": settings.SESSION_IDLE - NOTE_EVERY,
        "page_mark": drafts.mark_of(desk.account),
        "nav": navigation(request, desk),
        "may_jump": may_anyhow(desk, "calendar.busy"),
        "may_book": may_anyhow(desk, "appointment.book"),
        "may_find_patients": desk.may("patient.find"),
        "may_manage_logins": desk.may("login.manage"),
        "may_open_emergency": desk.may("emergency.open"),
        "emergency": SimpleLazyObject(lambda: emergency_of(desk)),
        "may_manage_clinic": desk.may("clinic.manage"),
        # Asked only by the forms of a visit.
        "visit_defaults": SimpleLazyObject(lambda: visit_defaults.of(desk)),
        "may_have_feed": feeds.may_have(desk.account),
    }
