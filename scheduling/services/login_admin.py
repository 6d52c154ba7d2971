"""Logins as an administrator looks after them: inviting, roles, links to Welkin users, switching off, lost factors.

Each deed is a line of the audit trail in its own transaction: no audit, no change. Nothing is sent to anybody: the
administrator hands the link over. The one who is signed in can neither switch off nor demote their own login, so that
there is always somebody left to undo it.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from scheduling.accounts.models import Account, LoginLink
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team

from . import audit, connection, factors, logins, sessions
from .desk import Desk

MANAGE = "login.manage"
LINK_LASTS = timedelta(days=7)


class NotPossible(Exception):
    """The deed would leave nobody to undo it, or the login is one of the demo's."""


class NoSuchLink(Exception):
    """The link is unknown, used, replaced or too old."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a login is to be. `teams`: those that it looks after."""

    role: Role
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    welkin_id: UUID | None = None
    teams: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A login in the list. `person`: the Welkin user it is tied to, as mirrored."""

    account: Account
    person: StaffMember | None
    second_step: bool
    sessions: int
    link: LoginLink | None


def rows(desk: Desk) -> list[Row]:
    """All logins, those that may sign in first. Raises NotAllowed."""
    desk.require(MANAGE)
    found = Account.objects.select_related("link").annotate(
        proving=Count("authenticator", filter=Q(authenticator__type__in=factors.PROVING), distinct=True),
        open_sessions=Count("usersession", distinct=True),
    )
    staff = {row.welkin_id: row for row in StaffMember.objects.filter(scope=desk.scope)}
    return [
        Row(
            account,
            staff.get(account.welkin_id) if account.welkin_id else None,
            bool(account.proving),
            account.open_sessions,
            getattr(account, "link", None),
        )
        for account in found.order_by("-is_active", "last_name", "username")
    ]


def find(desk: Desk, number: int) -> Account:
    """One login by its number. Raises NotAllowed, Account.DoesNotExist."""
    desk.require(MANAGE)
    return Account.objects.get(pk=number)


def staff(desk: Desk) -> QuerySet[StaffMember]:
    """The Welkin users that a login can be tied to. Raises NotAllowed."""
    desk.require(MANAGE)
    return StaffMember.objects.filter(scope=desk.scope).order_by("last_name", "first_name", "username")


def teams_of(desk: Desk, account: Account) -> list[int]:
    """The teams that the login looks after."""
    return list(Team.objects.filter(scope=desk.scope, keepers=account).values_list("pk", flat=True))


def is_taken(name: str) -> bool:
    """Whether there is a login of this name, in any letter case."""
    return Account.objects.filter(username__iexact=name).exists()


def tied(welkin_id: UUID, except_for: Account | None = None) -> Account | None:
    """The login that is tied to this Welkin user already."""
    others = Account.objects.filter(welkin_id=welkin_id)
    return (others.exclude(username=except_for.username) if except_for else others).first()


# --- Inviting --------------------------------------------------------------------------------------------------------


def digest_of(token: str) -> str:
    """What is kept of a link. It has 256 random bits, so a plain digest cannot be guessed back (ASVS 6.5.2)."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(desk: Desk, username: str, wanted: Wanted) -> tuple[Account, str]:
    """A new login without a password, and the token of the link that sets one. Raises NotAllowed."""
    desk.require(MANAGE)
    account = Account(username=username, is_active=True)
    account.set_unusable_password()
    _apply(account, wanted)
    account.save()
    _look_after(desk, account, wanted.teams)
    teams: list[list[str | None]] = [["teams", None, _numbers(wanted.teams)]] if wanted.teams else []
    _note(desk, "login.invite", account, [["role", None, wanted.role.value], *teams])
    return account, _new_link(desk, account)


@transaction.atomic
def new_link(desk: Desk, account: Account) -> str:
    """The token of a new link, for a login whose password is lost; the older one is void.

    The old password works until the link is used. Raises NotAllowed, NotPossible.
    """
    desk.require(MANAGE)
    _require_real(account)
    _note(desk, "login.link", account)
    return _new_link(desk, account)


def _new_link(desk: Desk, account: Account) -> str:
    token = secrets.token_urlsafe(32)
    told = {"token_hash": digest_of(token), "made_at": desk.now, "expires_at": desk.now + LINK_LASTS}
    LoginLink.objects.update_or_create(account=account, defaults=told)
    return token


def invited(token: str, now: datetime) -> Account:
    """The login that a link is for. Raises NoSuchLink."""
    link = LoginLink.objects.select_related("account").filter(token_hash=digest_of(token)).first()
    if link is None or link.over(now) or not link.account.is_active:
        raise NoSuchLink
    return link.account


@transaction.atomic
def accept(token: str, password: str, now: datetime, request_id: str = "") -> Account:
    """Set the password of the login and use the link up. Raises NoSuchLink, and ValidationError for the password."""
    link = LoginLink.objects.select_for_update().filter(token_hash=digest_of(token)).first()
    account = invited(token, now)
    validate_password(password, account)
    account.set_password(password)
    account.save(update_fields=["password"])
    if link is not None:
        link.delete()
    sessions.end_all(account)
    scope = connection.scope_of(connection.credentials())
    told = {"object_id": str(account.pk), "request_id": request_id}
    audit.write(audit.line(account, at=now, scope=scope, action="login.accept", phase=audit.CONFIRMED, **told))
    return account


# --- Changing --------------------------------------------------------------------------------------------------------


@transaction.atomic
def change(desk: Desk, account: Account, wanted: Wanted) -> None:
    """Give the login these; with another role or Welkin user it is signed out. Raises NotAllowed, NotPossible."""
    desk.require(MANAGE)
    if account == desk.account and wanted.role != account.role:
        raise NotPossible("role")
    before = Account.objects.select_for_update().get(username=account.username)
    kept = _numbers(teams_of(desk, account))
    _apply(account, wanted)
    account.save(update_fields=["role", "first_name", "last_name", "email", "welkin_id"])
    _look_after(desk, account, wanted.teams)
    other: list[list[str | None]] = [
        [name, _text(getattr(before, name)), _text(getattr(account, name))]
        for name in ("role", "welkin_id")
        if getattr(before, name) != getattr(account, name)
    ]
    signed_out = bool(other)
    if kept != _numbers(wanted.teams):
        other.append(["teams", kept, _numbers(wanted.teams)])
    _note(desk, "login.change", account, other)
    if signed_out:
        sessions.end_all(account)


def _numbers(teams: Iterable[int]) -> str:
    return " ".join(map(str, sorted(teams)))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _apply(account: Account, wanted: Wanted) -> None:
    account.role, account.welkin_id, account.email = wanted.role, wanted.welkin_id, wanted.email
    account.first_name, account.last_name = wanted.first_name, wanted.last_name


def _look_after(desk: Desk, account: Account, teams: tuple[int, ...]) -> None:
    for team in Team.objects.filter(scope=desk.scope):
        (team.keepers.add if team.pk in teams else team.keepers.remove)(account)


@transaction.atomic
def switch(desk: Desk, account: Account, *, on: bool) -> None:
    """Let the login sign in, or not any more. Raises NotAllowed, NotPossible for one's own."""
    desk.require(MANAGE)
    if account == desk.account:
        raise NotPossible("own")
    _note(desk, "login.on" if on else "login.off", account)
    logins.switch(account, on=on)


@transaction.atomic
def forget_second_step(desk: Desk, account: Account) -> None:
    """Take a lost second step away; a new one is set up at the next sign-in. Raises NotAllowed, NotPossible."""
    desk.require(MANAGE)
    if account == desk.account:
        raise NotPossible("own")
    _note(desk, "login.forget_factor", account)
    factors.forget_all(account)


@transaction.atomic
def sign_out(desk: Desk, account: Account) -> int:
    """End all sessions of the login, but not the one that asks. How many there were. Raises NotAllowed."""
    desk.require(MANAGE)
    _note(desk, "login.sign_out", account)
    return sessions.end_all(account, except_key=desk.session if account == desk.account else None)


def _require_real(account: Account) -> None:
    if account.demo:
        raise NotPossible("demo")


def _note(desk: Desk, action: str, account: Account, before_after: list[list[str | None]] | None = None) -> None:
    audit.note(desk, action, object_id=str(account.pk), before_after=before_after or [])
