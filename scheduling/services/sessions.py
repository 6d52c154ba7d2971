"""The sessions of a login: which there are, and ending them when it changes."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession

from scheduling.accounts.models import Account


@dataclass(frozen=True, slots=True)
class Whence:
    """Where a session is used: the browser's address and what it says it is."""

    address: str
    agent: str


def note_use(account: Account, key: str, whence: Whence, now: datetime) -> None:
    """Keep when and where the session of this key was last used. `now` is aware."""
    used = {"user": account, "ip": whence.address, "user_agent": whence.agent[:MOST_OF_AGENT], "last_seen_at": now}
    UserSession.objects.update_or_create(session_key=key, defaults=used)


MOST_OF_AGENT = UserSession._meta.get_field("user_agent").max_length


def of(account: Account) -> list[UserSession]:
    """The sessions that are still there, the last used first; what is left of others is cleared away."""
    found = UserSession.objects.purge_and_list(account)
    return sorted(found, key=lambda session: session.last_seen_at, reverse=True)


def end(account: Account, number: int) -> bool:
    """End one session by the number of its record. False where the login has none such."""
    session = UserSession.objects.filter(user=account, pk=number).first()
    if session is None:
        return False
    session.end()
    return True


def end_all(account: Account, except_key: str | None = None) -> int:
    """End the login's sessions but the one of this key. Returns how many were ended."""
    records = list(UserSession.objects.filter(user=account).exclude(session_key=except_key))
    for record in records:
        record.end()
    return len(records)
