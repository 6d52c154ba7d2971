"""Welkin users as an administrator looks after them: making one, and setting a time zone and credentials.

Of a user who is or was active the API takes little else (welkin-api 3), so nothing else is offered. A user name is
there once in a tenant: it is asked for before anything is sent, and by it the user of a lost answer is found again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from scheduling.domain.person import User
from scheduling.ledger.models import AuditRecord, Intent
from scheduling.welkin import UNSET, NewUser, UserChange
from scheduling.welkin.errors import NotFound

from . import mirror, people, writes
from .desk import Desk
from .writes import Change, Ending, NotSent, Outcome

MANAGE = "clinic.manage"
CREATE, CHANGE = "user.create", "user.change"
CHANGED = ("timezone", "credentials")


class NameTaken(NotSent):
    """There is a user of this name in Welkin already."""


class UserChanged(Exception):
    """Somebody else changed the user since the form was opened. `user` is how they are now."""

    def __init__(self, user: User) -> None:
        super().__init__("the user was changed meanwhile")
        self.user = user


class NothingToChange(Exception):
    """The user is as the form wants them already."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be set of a user: an IANA zone, and credentials such as "RN"; empty clears."""

    timezone: str
    credentials: str

    @classmethod
    def of(cls, user: User) -> "Wanted":
        """As the user is."""
        return cls(user.timezone or "", user.credentials)


def find(desk: Desk, user_id: UUID) -> User:
    """The user as Welkin has them now. One call. Raises NotAllowed, NotFound, WelkinError."""
    desk.require(MANAGE)
    return desk.client.users.read(user_id)


def known(desk: Desk, user_id: UUID) -> User:
    """The user as last read: for the head of a page. Raises NotAllowed, NotFound, WelkinError."""
    desk.require(MANAGE)
    return people.find_user(desk, user_id)


def is_taken(desk: Desk, username: str) -> bool:
    """Whether Welkin has a user of this name. One call. Raises WelkinError."""
    try:
        desk.client.users.read_by_name(username)
    except NotFound:
        return False
    return True


def create(desk: Desk, intent: str, draft: NewUser) -> Outcome:
    """Make a user, once. Two calls. They are PROVISIONED until somebody activates them in Welkin (welkin-api 3).

    Raises NotAllowed, NameTaken, IntentRefused, LedgerBusy, and WelkinError where nothing was sent.
    """
    desk.require(MANAGE)

    def act() -> Mapping[str, Any]:
        if is_taken(desk, draft.username):
            raise NameTaken
        return _remembered(desk, desk.client.users.create(draft))

    content = {name: getattr(draft, name) for name in NewUser.__dataclass_fields__}
    filled = tuple(name for name, value in content.items() if value)
    change = Change(CREATE, fields=filled, content=content, before_after=(("username", None, draft.username),))
    return writes.perform(desk, intent, change, act)


def change(desk: Desk, intent: str, user_id: UUID, wanted: Wanted, seen: Wanted) -> Outcome:
    """Set zone and credentials of a user who is still as the form saw them, once. Two calls.

    Raises NotAllowed, NotFound, UserChanged, NothingToChange, IntentRefused, LedgerBusy, and WelkinError where nothing
    was sent.
    """
    desk.require(MANAGE)
    replay = writes.earlier(desk, intent)
    if replay is not None:
        return replay
    user = find(desk, user_id)
    now = Wanted.of(user)
    if now != seen:
        raise UserChanged(user)
    other = {name: getattr(wanted, name) for name in CHANGED if getattr(wanted, name) != getattr(now, name)}
    if not other:
        raise NothingToChange
    asked = UserChange(
        timezone=(wanted.timezone or None) if "timezone" in other else UNSET,
        credentials=(wanted.credentials or None) if "credentials" in other else UNSET,
    )

    def act() -> Mapping[str, Any]:
        return _remembered(desk, desk.client.users.change(user.username, asked))

    lines = tuple((name, getattr(now, name), value) for name, value in other.items())
    told = Change(CHANGE, (user_id,), user_id, tuple(other), content=other, before_after=lines)
    return writes.perform(desk, intent, told, act)


def _remembered(desk: Desk, user: User) -> Mapping[str, str]:
    """The facts of an outcome; the user stands in the staff directory at once."""
    mirror.remember_user(desk.scope, user)
    return {"user": str(user.id)}


def find_out(desk: Desk, intent: Intent) -> Outcome:
    """Look in Welkin for what was asked for and not answered; unknown as long as it does not show.

    Nobody had the name just before the request left, so whoever has it now is the one that was asked for.
    Raises WelkinError.
    """
    asked = AuditRecord.objects.filter(intent=intent.key, phase="requested").first()
    if asked is None:
        return writes.outcome_of(intent)
    wanted = {name: after for name, _before, after in asked.before_after}
    try:
        user = _asked_for(desk, asked, wanted)
    except NotFound:
        return writes.outcome_of(intent)
    if user is None:
        return writes.outcome_of(intent)
    told = Change(intent.action, (user.id,), user.id, tuple(asked.fields))
    return writes.settle(desk, intent.key, told, Ending.CONFIRMED, _remembered(desk, user), "found in Welkin")


def _asked_for(desk: Desk, asked: AuditRecord, wanted: Mapping[str, str]) -> User | None:
    """The user, where they are as it was asked for. Raises NotFound, WelkinError."""
    if asked.action == CREATE:
        return desk.client.users.read_by_name(wanted["username"])
    user = desk.client.users.read(UUID(asked.object_id))
    now = Wanted.of(user)
    return user if all(getattr(now, name) == value for name, value in wanted.items()) else None
