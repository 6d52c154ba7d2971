"""What `doctor` looks at: one finding for each part, in one line that says what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import requests
import tzdata
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from scheduling.directory.models import MirrorState, StaffMember
from scheduling.domain.interval import Interval
from scheduling.domain.week import find_zone
from scheduling.file_modes import too_wide
from scheduling.welkin import Client, errors

from . import claims, connection
from .writes import open_longer_than

WORST_SKEW = timedelta(seconds=60)
# Every change has an outcome by then, whatever happens (reliability I12).
STUCK_MINUTES = 15


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check-up."""

    part: str
    good: bool
    sentence: str


def look_at_zone() -> Finding:
    name = settings.CLINIC_TIMEZONE
    if find_zone(name) is None:
        return Finding("time zone", good=False, sentence=f"{name!r} is no IANA time zone: set CLINIC_TIMEZONE.")
    return Finding("time zone", good=True, sentence=f"{name}, by the zone database {tzdata.IANA_VERSION}")


def look_at_database() -> Finding:
    database = connections["default"]
    try:
        database.ensure_connection()
        waiting = len(MigrationExecutor(database).migration_plan(MigrationExecutor(database).loader.graph.leaf_nodes()))
    except DatabaseError as error:
        return Finding("database", False, f"cannot be opened ({type(error).__name__}): check DATABASE_URL.")
    if waiting:
        return Finding("database", False, f"{waiting} migrations are missing: run `python manage.py migrate`.")
    return Finding("database", True, f"{database.vendor}, all migrations there")


def look_at_files() -> Finding:
    """The data folder holds patients' names and keys: nobody but its owner may look into it."""
    also = () if settings.LOCAL_ONLY else (settings.BASE_DIR / ".env",)
    wide = [path.name for path in too_wide(settings.DATA, settings.DATA, *also)]
    if wide:
        return Finding("files", False, f"others may read {', '.join(wide)}: chmod -R go= the DATA folder.")
    return Finding("files", True, "readable by their owner alone")


def look_at_proxy() -> Finding:
    """Behind a proxy that is not believed, every request would be sent to https for ever."""
    good = not settings.HTTPS or bool(settings.TRUSTED_PROXIES)
    sentence = "not needed" if not settings.HTTPS else ", ".join(settings.TRUSTED_PROXIES)
    return Finding("proxy", good, sentence if good else "name what ends TLS in TRUSTED_PROXIES, or requests loop.")


def look_at_credentials() -> Finding:
    try:
        chosen = connection.credentials()
    except connection.NotConfigured as sentence:
        return Finding("API settings", False, str(sentence))
    return Finding("API settings", True, f"{chosen.url}, tenant {chosen.tenant}, instance {chosen.instance}")


INSTANCE = "the API does not know this instance: check WELKIN_INSTANCE (and WELKIN_TENANT)."


def api_advice(error: errors.WelkinError) -> str:
    """One sentence for each way in which the API cannot be used."""
    advice: tuple[tuple[type[errors.WelkinError], str], ...] = (
        (
            errors.UnknownTenant,
            "the API does not know this tenant or instance: check WELKIN_TENANT and WELKIN_INSTANCE.",
        ),
        (
            errors.BadCredentials,
            "the API refuses the client name or secret for this tenant: "
            "check WELKIN_CLIENT, WELKIN_SECRET and WELKIN_TENANT.",
        ),
        (errors.Timeout, "the API did not answer in time: check the network, or try again later."),
        (
            errors.Unreachable,
            "nothing answers at this address: check WELKIN_URL and the network (or start `make run`).",
        ),
        (errors.Unavailable, "the API is overloaded or down: try again later."),
        (errors.Forbidden, "the API client lacks a right: ask the Welkin administrator."),
        (errors.UnknownInstance, INSTANCE),
        (errors.NotFound, INSTANCE),
        (errors.Malformed, "something answers, but it does not speak the Welkin API: check WELKIN_URL."),
    )
    return next(
        (text for kind, text in advice if isinstance(error, kind)), f"the API refused a read (status {error.status})."
    )


def look_at_api(client: Client, now: datetime) -> Finding:
    """Sign in and read one minute of the calendar."""
    try:
        client.check()
        client.events.find(Interval(now, now + timedelta(minutes=1)))
    except errors.WelkinError as error:
        return Finding("API", False, api_advice(error))
    return Finding("API", True, "signed in and read the calendar")


def look_at_clock(url: str, now: datetime) -> Finding:
    """Compare our clock with the `Date` of any answer of the API's server; tokens and "future" depend on it."""
    try:
        with requests.Session() as session:
            session.trust_env = False  # neither a proxy nor a netrc entry of this machine
            told = session.head(url, timeout=4, allow_redirects=False).headers.get("Date", "")
        skew = parsedate_to_datetime(told) - now
    except (requests.RequestException, ValueError):
        return Finding("clock", True, "the API's server does not tell its time; not compared")
    if abs(skew) > WORST_SKEW:
        return Finding(
            "clock", False, f"this machine's clock is {abs(skew).total_seconds():.0f} s off the API's: set it right."
        )
    return Finding("clock", True, "in step with the API")


def look_at_mirrors(now: datetime, scope: str) -> Finding:
    states = {state.kind: state for state in MirrorState.objects.filter(scope=scope)}
    missing = [kind for kind in ("staff", "patients") if kind not in states]
    if missing:
        return Finding(
            "directory", False, f"{' and '.join(missing)} not read yet: is `python manage.py worker` running?"
        )
    oldest = min(state.completed_at for state in states.values())
    if now - oldest > timedelta(minutes=30):
        return Finding("directory", False, "older than 30 minutes: is `python manage.py worker` running?")
    return Finding("directory", True, ", ".join(f"{state.rows} {kind}" for kind, state in sorted(states.items())))


def look_at_staff_zones(scope: str) -> Finding:
    """People without a zone are no mistake of the configuration (a quarter of real users, welkin-api 3): only told."""
    rows = StaffMember.objects.filter(scope=scope, state__iexact="ACTIVE").values_list("timezone", flat=True)
    unknown = sum(find_zone(name) is None for name in rows)
    sentence = f"not known for {unknown} of the active people: the clinic's is used" if unknown else "all known"
    return Finding("staff zones", True, sentence)


def look_at_changes(now: datetime) -> Finding:
    stuck = open_longer_than(now, STUCK_MINUTES)
    if stuck:
        sentence = (
            f"{stuck} changes have no known outcome for more than {STUCK_MINUTES} minutes: "
            "look at the calendar and the audit trail."
        )
        return Finding("changes", False, sentence)
    waiting = open_longer_than(now, 0)
    return Finding("changes", True, f"{waiting} are being looked for" if waiting else "none without a known outcome")


def look_at_claims(now: datetime) -> Finding:
    """Time that is held for a change must be let go when that change has ended, and the worker must be looking."""
    held = claims.unsettled(now, STUCK_MINUTES)
    if held.stuck:
        return Finding(
            "claims", False, f"{held.stuck} hold time for no change that is under way: look at the audit trail."
        )
    if held.overdue:
        return Finding(
            "claims", False, f"{held.overdue} changes wait to be looked for: is `python manage.py worker` running?"
        )
    sentence = f"{held.unknown} hold time until an outcome is known" if held.unknown else "none hold time without need"
    return Finding("claims", True, sentence)


def look_at_calls() -> Finding:
    """How near all processes together are to the limit of calls per minute."""
    told = connection.state()
    if told.per_minute is None or told.fleet is None:
        return Finding("calls", True, "no limit is kept")
    good = told.fleet < told.per_minute
    sentence = f"{told.fleet} of {told.per_minute} in the last minute"
    return Finding("calls", good, sentence if good else f"{sentence}: reads wait, pages may be old.")


def check_up(now: datetime) -> Iterator[Finding]:
    """All findings, each as soon as it is known; what needs a broken part is left out."""
    yield look_at_zone()
    database = look_at_database()
    yield database
    yield look_at_files()
    yield look_at_proxy()
    settings_found = look_at_credentials()
    yield settings_found
    if settings_found.good:
        client = connection.connect()
        reached = look_at_api(client, now)
        yield reached
        if reached.good:
            yield look_at_clock(client.credentials.url, now)
    if database.good and settings_found.good:
        yield look_at_calls()
        scope = connection.scope_of(connection.credentials())
        yield look_at_mirrors(now, scope)
        yield look_at_staff_zones(scope)
    if database.good:
        yield look_at_changes(now)
        yield look_at_claims(now)
