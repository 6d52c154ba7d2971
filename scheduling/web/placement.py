"""What a fresh check of a placement says, as sentences for the dialog: each names the person and the time."""

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from scheduling.domain.conflict import Conflict, ConflictKind
from scheduling.domain.event import Event
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient
from scheduling.domain.timetable import Closure
from scheduling.domain.week import find_zone
from scheduling.domain.work_hours import WorkHours
from scheduling.services.changing import may_see
from scheduling.services.desk import Desk
from scheduling.services.placing import Checked
from scheduling.web import clock, words


@dataclass(frozen=True, slots=True)
class Against:
    """One thing that stands against the place. `kind` is the domain's code."""

    kind: str
    icon: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CheckView:
    """What the part prints. `clear` says that everybody is free; `problem` why nothing could be checked yet."""

    problem: str = ""
    when: str = ""
    clear: str = ""
    against: tuple[Against, ...] = ()
    sure: bool = True
    elsewhere: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    may_override: bool = False
    read_at: str = ""

    @property
    def blocked(self) -> bool:
        return bool(self.against) or not self.sure


ICONS = {
    ConflictKind.OUTSIDE_HOURS: "clock",
    ConflictKind.CLOSURE: "building-2",
    ConflictKind.HOLIDAY: "building-2",
    ConflictKind.LEAVE: "tree-palm",
    ConflictKind.CLINICIAN_BUSY: "calendar-x",
    ConflictKind.CLAIMED: "calendar-clock",
    ConflictKind.BUFFER: "clock",
    ConflictKind.PATIENT_BUSY: "user",
    ConflictKind.GROUP_FULL: "users",
}


def _others(event: Event, but: UUID) -> str:
    names = [row.name for row in event.participants if row.person_id != but and row.name]
    return ", ".join(names[:3]) + (" …" if len(names) > 3 else "")


def _visit(desk: Desk, event: Event, person: UUID) -> str:
    """The visit in the way: with whom and what, where the login may see that."""
    if not may_see(desk, event):
        return _("another visit")
    told = event.title or str(words.type_of(event))
    others = _others(event, person)
    return f"{told} ({others})" if others else told


# What stands against a place and is no visit, as a sentence. `cause` is the name of the closure, holiday or record.
SENTENCES = {
    ConflictKind.OUTSIDE_HOURS: _l("%(name)s does not work %(time)s%(cause)s."),
    ConflictKind.CLOSURE: _l("The clinic is closed %(time)s%(cause)s."),
    ConflictKind.HOLIDAY: _l("There is a public holiday %(time)s%(cause)s."),
    ConflictKind.LEAVE: _l("%(name)s is on leave %(time)s."),
    ConflictKind.CLAIMED: _l("%(name)s is being booked %(time)s; the answer is not known yet."),
    ConflictKind.GROUP_FULL: _l("The group is full: there is no place for %(name)s."),
}


def _sentence(desk: Desk, found: Conflict, fallback: str) -> str:
    told = {"name": found.person_name or fallback, "time": clock.times(found.when, desk.zone), "cause": _cause(found)}
    if found.kind in SENTENCES:
        return SENTENCES[found.kind] % told
    if found.event is None:
        return _("%(name)s is busy %(time)s.") % told
    told |= {"time": clock.times(found.event.when, desk.zone), "visit": _visit(desk, found.event, found.person_id)}
    if found.kind is ConflictKind.BUFFER:
        return _("%(name)s has too little time to the visit %(time)s: %(visit)s.") % told
    return _("%(name)s is busy %(time)s: %(visit)s.") % told


def _cause(found: Conflict) -> str:
    """The name of what decided, in brackets: of a dated record (Course) or a closure; nothing where there is none."""
    match found.cause:
        case Closure(name=name) | WorkHours(name=name, is_override=True) if name:
            return f" ({name})"
    return ""


def _against(desk: Desk, checked: Checked) -> tuple[Against, ...]:
    patients = set(checked.placement.patient_ids)
    return tuple(
        Against(
            found.kind.value,
            ICONS[found.kind],
            _sentence(desk, found, _("The patient") if found.person_id in patients else _("The clinician")),
        )
        for found in checked.conflicts
    )


def elsewhere_line(name: str, when: Interval, zone: ZoneInfo, here: ZoneInfo) -> str:
    told = {"name": name, "time": clock.there(when, zone, here), "zone": zone.key}
    return _("For %(name)s it is %(time)s (%(zone)s).") % told


def _elsewhere(desk: Desk, checked: Checked, patients: list[Patient]) -> tuple[str, ...]:
    """The local time of everybody whose clock shows another one than the viewer's."""
    when = checked.placement.when
    zones = [(time.user.name, time.zone) for time in checked.times.values()]
    zones += [(patient.name, zone) for patient in patients if (zone := find_zone(patient.timezone))]
    return tuple(
        elsewhere_line(name, when, zone, desk.zone) for name, zone in zones if clock.differs(when, desk.zone, zone)
    )


def _clear(checked: Checked) -> str:
    names = [time.user.name for time in checked.times.values()]
    names += [checked.names.get(person, _("the patient")) for person in checked.placement.patient_ids]
    if len(names) == 1:
        return _("%(name)s is free then.") % {"name": names[0]}
    return _("%(names)s and %(last)s are free then.") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def view(desk: Desk, checked: Checked, patients: list[Patient]) -> CheckView:
    """The sentences for one check."""
    return CheckView(
        when=clock.span(checked.placement.when, desk.zone),
        clear=_clear(checked) if checked.clear else "",
        against=_against(desk, checked),
        sure=checked.sure,
        elsewhere=_elsewhere(desk, checked, patients),
        assumed=tuple(
            _("%(name)s has no time zone set: %(zone)s is assumed.") % {"name": time.user.name, "zone": time.zone.key}
            for time in checked.times.values()
            if time.zone_assumed
        ),
        may_override=checked.may_override(desk),
        read_at=clock.time(checked.read_at, desk.zone),
    )
