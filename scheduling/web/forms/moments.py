"""A date and a wall time that somebody typed in their own zone, as an instant. Clock changes are explained."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as date_text
from django.utils.translation import gettext as _

from scheduling.domain.zone import clock_reaches, instants_of, wall
from scheduling.web import clock

FIRST_YEAR, LAST_YEAR = 1970, 2199


@dataclass(frozen=True, slots=True)
class Offer:
    """One instant that the typed time may mean: `value` for the form, `label` for people."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What a typed date and time mean. Without an `instant`, `problem` explains and `offers` are to be chosen from."""

    instant: datetime | None
    problem: str = ""
    offers: tuple[Offer, ...] = ()


def _offset_name(instant: datetime, zone: ZoneInfo) -> str:
    """ "EDT", or "UTC-03" where the zone has no letters. Django's own "T" is empty for a time that comes twice."""
    shown = wall(instant, zone).strftime("%Z")
    return shown if shown[:1].isalpha() else f"UTC{shown}"


def _repeated(instants: tuple[datetime, ...], day: date, typed: time, zone: ZoneInfo) -> Moment:
    first, second = instants
    offers = (
        Offer(
            clock.stamp(first),
            _("%(time)s the first time (%(zone)s)")
            % {"time": typed.strftime("%H:%M"), "zone": _offset_name(first, zone)},
        ),
        Offer(
            clock.stamp(second),
            _("%(time)s the second time (%(zone)s)")
            % {"time": typed.strftime("%H:%M"), "zone": _offset_name(second, zone)},
        ),
    )
    told = {"time": typed.strftime("%H:%M"), "day": date_text(day, "j F Y"), "zone": zone.key}
    return Moment(
        None,
        _("%(time)s comes twice on %(day)s in %(zone)s, because the clocks go back. Choose which one.") % told,
        offers,
    )


def _skipped(day: date, typed: time, zone: ZoneInfo) -> Moment:
    after = clock_reaches(day, typed, zone)
    told = {
        "time": typed.strftime("%H:%M"),
        "day": date_text(day, "j F Y"),
        "zone": zone.key,
        "next": clock.time(after, zone),
    }
    offer = Offer(clock.stamp(after), _("%(next)s, when the clocks have gone forward") % told)
    return Moment(
        None, _("There is no %(time)s on %(day)s in %(zone)s: the clocks go forward to %(next)s.") % told, (offer,)
    )


def read(day: date, typed: time, zone: ZoneInfo, chosen: str = "") -> Moment:
    """The instant that a wall time of a day means in the zone; `chosen` is the value of an offer made before."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Moment(None, _("Type a date between %(first)d and %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    instants = instants_of(day, typed, zone)
    if len(instants) == 1:
        return Moment(instants[0])
    moment = _repeated(instants, day, typed, zone) if instants else _skipped(day, typed, zone)
    if chosen in [offer.value for offer in moment.offers]:
        return Moment(parse_instant(chosen), "", moment.offers)
    return moment


def parse_instant(text: str) -> datetime | None:
    """The instant of "2026-11-23T14:00:00Z", None for anything else or outside the years that are kept."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.tzinfo is None or not FIRST_YEAR < instant.year < LAST_YEAR:
        return None
    return instant.astimezone(UTC)
