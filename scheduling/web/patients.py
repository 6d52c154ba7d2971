"""A patient's page as its template prints it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.domain.claim import Hold
from scheduling.domain.event import Event, Participant
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient, User
from scheduling.domain.week import day_borders, wall
from scheduling.services.desk import Desk
from scheduling.services.patients import PatientPage, Visit
from scheduling.web import clock, words
from scheduling.web.board.holds import state_words
from scheduling.web.stale import Stale, moment, seconds_of, stale_of


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit in a list. Not `open`: only that the patient is taken then, nothing to press."""

    id: UUID
    open: bool
    start: datetime
    end: datetime
    start_utc: str
    end_utc: str
    all_day: bool
    many_days: bool
    year: str
    local: datetime | None
    local_end: datetime | None
    title: str
    kind: str
    type: str
    people: str
    mode: str
    mode_code: str
    status: str
    status_code: str
    answer: str
    waits: bool
    clash: bool
    place: str


@dataclass(frozen=True, slots=True)
class PatientView:
    """Everything the page prints about one patient."""

    id: UUID
    name: str
    first: str
    last: str
    born: date | None
    age: int | None
    zone: str
    zone_known: bool
    zone_differs: bool
    local_now: datetime | None
    facts: tuple[tuple[str, str], ...]
    care_team: tuple["CareTeamRow", ...]
    care_team_unknown: int
    next_visit: VisitRow | None
    coming: tuple[VisitRow, ...]
    past: tuple[VisitRow, ...]
    first_day: date
    last_day: date
    earlier: date | None
    later: date | None
    whole: bool
    unreadable: int
    contact: tuple["Contact", ...]
    claims: tuple["ClaimRow", ...]
    read_at: str
    poll: int
    stale: Stale | None

    @property
    def empty(self) -> bool:
        return not self.coming and not self.past and not self.claims


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Time that a change of ours takes and that the calendar does not show yet."""

    start: datetime
    end: datetime
    start_utc: str
    end_utc: str
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class CareTeamRow:
    """A member of the care team; `linked` where the login may look at their week."""

    id: UUID
    name: str
    first: str
    last: str
    credentials: str
    point_of_contact: bool
    linked: bool


@dataclass(frozen=True, slots=True)
class Contact:
    label: str
    text: str
    link: str = ""


def age_on(born: date, day: date) -> int:
    """Whole years; somebody born on 29 February is a year older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def view_of(desk: Desk, page: PatientPage) -> PatientView:
    """The page's values in the viewer's zone, and in the patient's where that differs."""
    patient = page.patient
    rows = [row_of(desk, page, visit) for visit in page.visits]
    differs = page.zone is not None and _differs(desk, page.zone)
    return PatientView(
        id=patient.id,
        name=patient.name,
        first=patient.first_name,
        last=patient.last_name,
        born=patient.birth_date,
        age=_age(patient, desk.today),
        zone=str(page.zone) if page.zone else patient.timezone or "",
        zone_known=page.zone is not None,
        zone_differs=differs,
        local_now=_on_their_wall(desk.now, page) if differs else None,
        facts=tuple(_facts(patient)),
        care_team=tuple(_team_row(desk, user, number == 0) for number, user in enumerate(page.care_team)),
        care_team_unknown=page.care_team_unknown,
        next_visit=row_of(desk, page, page.next_visit) if page.next_visit else None,
        coming=tuple(row for row in rows if row.end > desk.now),
        past=tuple(reversed([row for row in rows if row.end <= desk.now])),
        first_day=page.first,
        last_day=page.last,
        earlier=page.earlier,
        later=page.later,
        whole=page.whole,
        unreadable=page.unreadable,
        contact=tuple(_contact(patient)),
        claims=tuple(map(_claim, page.holds)),
        read_at=moment(page.age.read_at, desk),
        poll=seconds_of(page.age, waiting=bool(page.holds)),
        stale=stale_of(desk, page.age),
    )


def _claim(hold: Hold) -> ClaimRow:
    start, end = hold.when.start, hold.when.end
    return ClaimRow(start, end, clock.stamp(start), clock.stamp(end), hold.state, state_words(hold))


def _differs(desk: Desk, zone: ZoneInfo) -> bool:
    """Whether the two clocks show something else just now."""
    return desk.now.astimezone(zone).utcoffset() != desk.now.astimezone(desk.zone).utcoffset()


def _age(patient: Patient, today: date) -> int | None:
    born = patient.birth_date
    return age_on(born, today) if born and born <= today else None


def _contact(patient: Patient) -> Iterable[Contact]:
    for label, number in ((_("Phone"), patient.phone), (_("Second phone"), patient.secondary_phone)):
        if number:
            yield Contact(label, number, "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+"))
    if patient.email:
        yield Contact(_("E-mail"), patient.email, f"mailto:{patient.email}")
    if patient.address:
        yield Contact(_("Address"), ", ".join(patient.address))


def _facts(patient: Patient) -> Iterable[tuple[str, str]]:
    known = (
        (_("Language"), patient.language.replace("_", " ").capitalize()),
        (_("Gender"), "" if patient.gender.upper() == "UNKNOWN" else patient.gender.replace("_", " ").capitalize()),
        (_("MRN"), patient.mrn),
    )
    return ((label, text) for label, text in known if text)


def _team_row(desk: Desk, user: User, first: bool) -> CareTeamRow:
    return CareTeamRow(
        id=user.id,
        name=user.name,
        first=user.first_name or user.username,
        last=user.last_name,
        credentials=user.credentials,
        point_of_contact=first,
        linked=desk.may("calendar.busy", user.id),
    )


def row_of(desk: Desk, page: PatientPage, visit: Visit) -> VisitRow:
    """One visit as the lists show it; nothing but the time where the login may not see more."""
    event, when = visit.event, visit.when
    differs = page.zone is not None and _differs(desk, page.zone)
    answer, waits = _answers(event, page.names) if visit.open else ("", False)
    return VisitRow(
        id=event.id,
        open=visit.open,
        start=when.start,
        end=when.end,
        start_utc=clock.stamp(when.start),
        end_utc=clock.stamp(when.end),
        all_day=event.all_day and _is_one_day(desk, when),
        many_days=_day(desk, when.start) != _day(desk, when.end),
        year=_year(desk, when.start),
        local=_on_their_wall(when.start, page) if differs else None,
        local_end=_on_their_wall(when.end, page) if differs else None,
        title=(event.title or str(words.type_of(event))) if visit.open else _("A visit with another team"),
        kind=str(words.type_of(event)) if visit.open else "",
        type=(event.type or "other").lower() if visit.open else "other",
        people=_with_whom(event, page.names) if visit.open else "",
        mode=str(words.mode_of(event)) if visit.open else "",
        mode_code=(event.mode or "").lower() if visit.open else "",
        status=str(words.status_of(event)),
        status_code=words.status_code(event),
        answer=answer,
        waits=waits and event.live and when.end > desk.now,
        clash=event.id in page.clashes,
        place=event.detail("location") if visit.open else "",
    )


def _is_one_day(desk: Desk, when: Interval) -> bool:
    """Whether it is exactly one day of the viewer: on another clock an all-day visit has its times."""
    return (when.start, when.end) == day_borders(_day(desk, when.start), desk.zone)


def _on_their_wall(instant: datetime, page: PatientPage) -> datetime | None:
    """The patient's wall time without its zone: templates would turn an aware one back into the viewer's."""
    return wall(instant, page.zone).replace(tzinfo=None) if page.zone else None


def _day(desk: Desk, instant: datetime) -> date:
    return instant.astimezone(desk.zone).date()


def _year(desk: Desk, instant: datetime) -> str:
    """The year where it is not this one."""
    year = _day(desk, instant).year
    return "" if year == desk.today.year else str(year)


def _named(row: Participant, names: Mapping[UUID, str]) -> str:
    return row.name or names.get(row.person_id) or _("somebody unknown")


def _with_whom(event: Event, names: Mapping[UUID, str]) -> str:
    """The staff, host first, and how many other patients; other patients are not named on this page."""
    staff = sorted(event.staff, key=lambda row: row.person_id != event.host_id)
    told = ", ".join(_named(row, names) for row in staff)
    if not told and event.host_id:
        told = names.get(event.host_id, "")
    others = len(event.patients) - 1
    if others < 1:
        return told
    return f"{told}, " + ngettext("%(count)d more patient", "%(count)d more patients", others) % {"count": others}


def _answers(event: Event, names: Mapping[UUID, str]) -> tuple[str, bool]:
    """What invited staff said, in a few words; whether an answer is still waited for."""
    invited = [row for row in event.staff if row.person_id != event.host_id]
    told = {"no": _("%(name)s declined"), "maybe": _("%(name)s may come")}
    said = [told[row.answer.lower()] % {"name": _named(row, names)} for row in invited if row.answer.lower() in told]
    waiting = [row for row in invited if not row.answer]
    said += [_("no answer from %(name)s yet") % {"name": _named(row, names)} for row in waiting]
    return " · ".join(said), bool(waiting)
