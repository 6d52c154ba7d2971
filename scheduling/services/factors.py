"""The second factors of a login: authenticator app, passkeys, recovery codes."""

from dataclasses import dataclass

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction

from scheduling.accounts.models import Account
from scheduling.services import sessions

Kind = Authenticator.Type
# Recovery codes alone are no second factor: they stand in for one.
PROVING = (Kind.TOTP, Kind.WEBAUTHN)
_LAST = "last_step"


@dataclass(frozen=True, slots=True)
class Factors:
    """What a login has: the app, its passkeys, and how many recovery codes are unused (None: it has none at all)."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes_left: int | None

    @property
    def any(self) -> bool:
        return bool(self.app or self.passkeys)


def of(account: Account) -> Factors:
    """The factors that the login has set up."""
    rows = list(Authenticator.objects.filter(user=account).order_by("created_at"))
    codes = next((row for row in rows if row.type == Kind.RECOVERY_CODES), None)
    return Factors(
        next((row for row in rows if row.type == Kind.TOTP), None),
        [row for row in rows if row.type == Kind.WEBAUTHN],
        len(codes.wrap().get_unused_codes()) if codes else None,
    )


def has_any(account: Account) -> bool:
    """Whether the login has a second factor."""
    return Authenticator.objects.filter(user=account, type__in=PROVING).exists()


@transaction.atomic
def take_code(factor: Authenticator, code: str) -> bool:
    """Whether a code that is right was not used before; from then on it was, in every process.

    allauth notes this in the cache, which each process may have for itself. Here the step of the clock is kept: none
    counts twice, and none before the last one that did. Recovery codes are crossed off by allauth.
    """
    if factor.type != Kind.TOTP:
        return True
    row = Authenticator.objects.select_for_update().get(pk=factor.pk)
    secret = decrypt(row.data["secret"])
    steps = [step for step in totp.yield_hotp_counters_from_time() if _is_code_of(code, secret, step)]
    new = [step for step in steps if step > row.data.get(_LAST, 0)]
    if not new:
        return False
    row.data[_LAST] = max(new)
    row.save(update_fields=["data"])
    return True


def _is_code_of(code: str, secret: str, step: int) -> bool:
    return compare_user_code(actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step)))


@transaction.atomic
def forget_all(account: Account) -> int:
    """Take all factors from a login that lost them, and end its sessions. Returns how many factors it had."""
    proving = Authenticator.objects.filter(user=account, type__in=PROVING).count()
    Authenticator.objects.filter(user=account).delete()
    sessions.end_all(account)
    return proving
