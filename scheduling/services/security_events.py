"""Signing in, not being let in, signing out, being denied: a line of the audit trail for each, exactly one.

What somebody typed who could not sign in is never kept: the login is named where there is one of that name, nobody
otherwise. Only what a browser asked for counts; a session that a command or a test begins is nobody's sign-in.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from django.db.models import Q
from django.utils import timezone

from scheduling.accounts.models import Account

from . import audit, connection, whence
from .desk import Desk
from .patience import patiently

SIGNED_IN, NOT_LET_IN, SIGNED_OUT, DENIED = "session.begin", "session.refused", "session.end", "access.denied"
EVENTS = (SIGNED_IN, NOT_LET_IN, SIGNED_OUT, DENIED)


def _scope() -> str:
    try:
        return connection.scope_of(connection.credentials())
    except connection.NotConfigured:
        return ""


@patiently
def _note(account: Account | None, action: str, phase: str) -> None:
    if whence.address() is None:
        return
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    audit.write(
        audit.line(account, at=timezone.now(), scope=_scope(), action=action, phase=phase, request_id=request_id)
    )


def signed_in(user: Account) -> None:
    """Somebody has signed in. Raises LedgerBusy: without a line nobody gets in."""
    _note(user, SIGNED_IN, audit.CONFIRMED)


def signed_out(user: Account | None) -> None:
    """Somebody has signed out, or was for being idle."""
    if user is not None:
        _note(user, SIGNED_OUT, audit.CONFIRMED)


def not_let_in(credentials: Mapping[str, Any]) -> None:
    """Somebody could not sign in with what they typed."""
    typed = str(credentials.get("username") or credentials.get("email") or "")
    named = Q(username__iexact=typed) | Q(email__iexact=typed)
    _note(Account.objects.filter(named).first() if typed else None, NOT_LET_IN, "refused")


@patiently
def denied(desk: Desk, action: str, route: str) -> None:
    """The desk asked for something that its role may not. `action` is a key of the permission table."""
    audit.note(desk, DENIED, "refused", code=action, object_id=route[: audit.LONGEST_ID])
