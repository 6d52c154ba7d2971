"""A clinician's private calendar feed: made, changed, revoked by its owner, read by whoever has its address.

The address holds 256 random bits, is shown once and kept as a digest. Rights are asked at each reading: a login that
is closed, has another role or no Welkin user has no feed any more. Each deed is a line of the audit trail.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from scheduling.accounts.models import Account
from scheduling.accounts.permissions import Reach, may
from scheduling.directory.models import Feed
from scheduling.domain.feed import Detail

from . import audit, connection
from .desk import Desk

OWN = "feed.own"
# Programs ask once in five minutes to once a day; more is somebody's mistake, or not a program.
MOST, WHILE = 30, timedelta(minutes=10)
# The hour is news enough for "last used", and does not write a row each time.
USED = timedelta(minutes=5)


class NoSuchFeed(Exception):
    """No feed has this address (any more), or its owner may not have one."""


class AskedTooOften(Exception):
    """`retry_after` seconds are left until the feed answers again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Made:
    """A feed with its address, which nobody can look up later."""

    feed: Feed
    token: str


def digest_of(token: str) -> str:
    """What is kept of an address. It has 256 random bits, so a plain digest cannot be guessed back (ASVS 6.5.2)."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(desk: Desk) -> Feed | None:
    """One's own feed. Raises NotAllowed."""
    _require(desk)
    return Feed.objects.filter(scope=desk.scope, account=desk.account).first()


def make(desk: Desk, detail: Detail) -> Made:
    """A feed, or another address for the one that is there: the old one is void at once. Raises NotAllowed."""
    _require(desk)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        told = {"token_hash": digest_of(token), "detail": detail, "made_at": desk.now, "used_at": None}
        feed, is_new = Feed.objects.update_or_create(scope=desk.scope, account=desk.account, defaults=told)
        _note(desk, "feed.make" if is_new else "feed.rotate", ["address", "detail"])
    return Made(feed, token)


def set_detail(desk: Desk, detail: Detail) -> None:
    """Show more or less from now on; the address stays. Raises NotAllowed, NoSuchFeed."""
    _require(desk)
    with transaction.atomic():
        if not Feed.objects.filter(scope=desk.scope, account=desk.account).update(detail=detail):
            raise NoSuchFeed
        _note(desk, "feed.detail", ["detail"])


def revoke(desk: Desk) -> bool:
    """Close the feed: its address is nobody's any more. False where there was none. Raises NotAllowed."""
    _require(desk)
    with transaction.atomic():
        gone, _rows = Feed.objects.filter(scope=desk.scope, account=desk.account).delete()
        if gone:
            _note(desk, "feed.revoke", ["address"])
    return bool(gone)


def opened(token: str, now: datetime) -> Feed:
    """The feed with this address, which counts as asked for. Raises NoSuchFeed, AskedTooOften, NotConfigured."""
    scope = connection.scope_of(connection.credentials())
    rows = Feed.objects.select_related("account").filter(scope=scope, token_hash=digest_of(token))
    feed = rows.first()
    if feed is None or not may_have(feed.account):
        raise NoSuchFeed
    _count(feed, now)
    return feed


def may_have(account: Account) -> bool:
    """Whether the login may have a feed: active, of a role that may, and tied to a Welkin user."""
    return account.welkin_id is not None and may(account, OWN, Reach(own=True))


def _count(feed: Feed, now: datetime) -> None:
    """The database counts, for all processes alike; where it does not answer, there is no feed either."""
    row = Feed.objects.filter(pk=feed.pk)
    if feed.asked_since is None or now - feed.asked_since >= WHILE:
        row.update(asked_since=now, asked=1, used_at=now)
        return
    if not row.filter(asked__lt=MOST).update(asked=F("asked") + 1):
        raise AskedTooOften(int((feed.asked_since + WHILE - now).total_seconds()) + 1)
    row.filter(used_at__lt=now - USED).update(used_at=now)


def _require(desk: Desk) -> None:
    if desk.account.welkin_id is None:
        desk.require(OWN)
    else:
        desk.require(OWN, desk.account.welkin_id)


def _note(desk: Desk, action: str, fields: list[str]) -> None:
    """One line in the audit trail; raises DatabaseError where it cannot be written, and then nothing is done."""
    audit.note(desk, action, people=[str(desk.account.welkin_id)], fields=fields)
