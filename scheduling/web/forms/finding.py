"""The form of "Find a slot". Everything stands in the address, patients by id only; `cleaned_data["request"]` is what
the engine is asked. What is missing in the address has a sensible value, so that short links work."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.event import Event, EventMode
from scheduling.domain.interval import Interval
from scheduling.domain.person import Patient, User
from scheduling.domain.request import EVERY_DAY, BadRequest, Order, Problem, Request
from scheduling.domain.week import MIDNIGHT, ONE_DAY, day_borders, parse_day
from scheduling.domain.zone import find_zone
from scheduling.services.appointments import LONGEST_MINUTES, SHORTEST_MINUTES, staff_moved
from scheduling.services.desk import Desk
from scheduling.services.finding import LONGEST_WINDOW, MOST_NAMED, MOST_PATIENTS, MOST_PEOPLE, Choices
from scheduling.services.week import EVERYBODY, OWN_TEAMS
from scheduling.web import words
from scheduling.web.board.words import weekday_short
from scheduling.web.forms.appointments import BOOKABLE, Segmented, clinician_choices, lengths
from scheduling.web.forms.fields import Days, IdsInAddress, dates, minutes_of, times
from scheduling.web.forms.finding_usual import ALL, ANY, KEPT, PATIENTS, THEIRS, team_choices

MONDAY = date(2024, 1, 1)
BUFFERS = (0, 5, 10, 15, 20, 30, 45, 60)
STEPS = (5, 10, 15, 20, 30, 60)
# Fields that a first look does not need.
FINER = ("weekday", "earliest", "latest", "clock", "before", "after", "step", "join")


class FindForm(forms.Form):
    """`people` whom to ask and `request` what to ask them stand in `cleaned_data` of a valid form."""

    type = forms.ChoiceField(
        label=gettext_lazy("Type"),
        choices=[(kind.value, words.TYPES[kind]) for kind in BOOKABLE],
        widget=Segmented,
        error_messages={"invalid_choice": gettext_lazy("This type cannot be booked.")},
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Mode"),
        choices=[(mode.value, words.MODES[mode]) for mode in EventMode],
        widget=Segmented,
        error_messages={"invalid_choice": gettext_lazy("This mode is not known.")},
    )
    minutes = forms.TypedChoiceField(
        label=gettext_lazy("Length"),
        coerce=int,
        error_messages={
            "invalid_choice": gettext_lazy("A visit lasts between 10 minutes and 4 hours. Choose a length."),
            "required": gettext_lazy("Choose a length."),
        },
    )
    team = forms.ChoiceField(
        label=gettext_lazy("With"),
        error_messages={"invalid_choice": gettext_lazy("This team is not there, or you book for nobody in it.")},
    )
    clinician = IdsInAddress(
        label=gettext_lazy("Only these people"),
        most=MOST_NAMED,
        too_many=gettext_lazy("Choose at most %(most)d people by name, or a team."),
        broken=gettext_lazy("This is not a clinician. Choose one of the list."),
        widget=forms.CheckboxSelectMultiple,
    )
    together = forms.ChoiceField(
        label=gettext_lazy("Who is needed"),
        choices=[(ANY, gettext_lazy("Any one of them")), (ALL, gettext_lazy("All at once"))],
        widget=Segmented,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the two.")},
    )
    first = dates(gettext_lazy("From"))
    last = dates(gettext_lazy("Until"))
    weekday = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        required=False,
        coerce=int,
        empty_value=[],
        choices=[(str(each), weekday_short(MONDAY + (each - 1) * ONE_DAY)) for each in sorted(EVERY_DAY)],
        widget=Days,
        help_text=gettext_lazy("None chosen: any day."),
        error_messages={"invalid_choice": gettext_lazy("Choose days from Monday to Sunday.")},
    )
    earliest = times(gettext_lazy("Not before"))
    latest = times(gettext_lazy("Ends by"))
    clock = forms.ChoiceField(
        label=gettext_lazy("On whose clock"),
        choices=[(THEIRS, gettext_lazy("the clinician’s")), (PATIENTS, gettext_lazy("the patient’s"))],
        error_messages={"invalid_choice": gettext_lazy("Choose the clinician’s or the patient’s clock.")},
    )
    before = minutes_of(gettext_lazy("Free before"), BUFFERS, none=gettext_lazy("not needed"))
    after = minutes_of(gettext_lazy("Free after"), BUFFERS, none=gettext_lazy("not needed"))
    step = minutes_of(gettext_lazy("Starts every"), STEPS)
    order = forms.ChoiceField(
        label=gettext_lazy("Show first"),
        choices=[
            (Order.SOONEST.value, gettext_lazy("Soonest")),
            (Order.CARE_TEAM.value, gettext_lazy("Care team")),
            (Order.EVEN_LOAD.value, gettext_lazy("Least booked")),
        ],
        error_messages={"invalid_choice": gettext_lazy("Choose one of the three orders.")},
    )
    join = forms.BooleanField(label=gettext_lazy("Also places in group sessions"), required=False)
    patient = IdsInAddress(
        label=gettext_lazy("Patient"),
        most=MOST_PATIENTS,
        too_many=gettext_lazy("At most %(most)d patients can be looked for at once."),
        broken=gettext_lazy("This is not a patient. Choose one again."),
        widget=forms.MultipleHiddenInput,
    )

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        desk: Desk,
        known: Choices,
        visit: Event | None = None,
        patients: Sequence[Patient] = (),
    ) -> None:
        # The dialog over this page has a form with fields of the same names: ids must differ.
        super().__init__(data, auto_id="find_%s")
        self.desk, self.known, self.visit, self.patients = desk, known, visit, tuple(patients)
        self._choose("minutes", lengths(*_fitting(data.get("minutes", ""), visit)))
        self._choose("team", team_choices(known))
        self.fields["clinician"].widget.choices = self._ticked_first(clinician_choices(known.people))
        for name in ("minutes", "team", "clock", "before", "after", "step", "order"):
            self._show_unknown(name)
        if visit:
            for name, value, told in (("type", visit.type, words.TYPES), ("mode", visit.mode, words.MODES)):
                self._also(name, value, told)

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _ticked_first(self, choices: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """A chosen person far down a long list would look like nobody chosen."""
        ticked = set(self._texts("clinician"))
        return sorted(choices, key=lambda choice: choice[0] not in ticked)

    def _texts(self, name: str) -> list[str]:
        return [text for text in self.data.getlist(name) if text]  # type: ignore[attr-defined]

    def _show_unknown(self, name: str) -> None:
        """A value that is none of the list is shown as a choice to be made, not as the first of the list."""
        field: Any = self.fields[name]
        sent = self.data.get(name, "")
        if sent not in [value for value, label in field.choices]:
            field.widget.choices = [(sent, _("Choose")), *field.choices]

    def _also(self, name: str, present: str | None, told: Mapping[str, Any]) -> None:
        """A type or mode of the visit's own that nobody books anew stays choosable."""
        choices = list(self.fields[name].choices)  # type: ignore[attr-defined]
        if present and present not in [value for value, label in choices]:
            self._choose(name, [*choices, (present, told.get(present, present))])

    # --- Single fields ---

    def clean_clinician(self) -> tuple[UUID, ...]:
        ids: tuple[UUID, ...] = self.cleaned_data["clinician"]
        if not set(ids) <= self.known.ids:
            raise forms.ValidationError(_("Not everybody chosen here can be booked by you. Choose from the list."))
        return ids

    def clean_join(self) -> bool:
        ticked: bool = self.cleaned_data["join"]
        if ticked and len(self.patients) > 1:
            raise forms.ValidationError(_("Places in groups are looked for one patient at a time."))
        return ticked

    def clean_patient(self) -> tuple[UUID, ...]:
        ids: tuple[UUID, ...] = self.cleaned_data["patient"]
        if self.visit:
            return ()  # it brings its own
        if not set(ids) <= {patient.id for patient in self.patients}:
            raise forms.ValidationError(_("This patient is not there any more. Choose another one."))
        return ids

    # --- What belongs together ---

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if self.named and not self.data.get("team"):
            self.errors.pop("team", None)  # people chosen by name need no team
        self._look_at_times(told)
        told["people"] = self._people(told)
        told["clock_zone"] = self._clock(told)
        told["window"] = self._window(told.get("first"), told.get("last"))
        if not self.errors:
            self._ask(told)
        return told

    def _look_at_times(self, told: Mapping[str, Any]) -> None:
        """As the engine would, but together with all that is wrong elsewhere."""
        earliest, latest = told.get("earliest"), told.get("latest")
        if earliest and latest and MIDNIGHT != latest <= earliest:
            self.refuse(Problem("between", "end_before_start"))

    def _people(self, told: Mapping[str, Any]) -> tuple[User, ...]:
        """The named people, else those of the team. A visit that several share stays with all of them."""
        if self.shared:
            ids: Iterable[UUID] = staff_moved(self.visit) if self.visit else ()
        else:
            ids = told.get("clinician") or self._of_team(told.get("team") or OWN_TEAMS)
        by_id = {user.id: user for user in self.known.people}
        people = tuple(by_id[person] for person in ids if person in by_id)
        if len(people) > MOST_PEOPLE:
            self.add_error("team", _("These are more than %(most)d people. Choose a team.") % {"most": MOST_PEOPLE})
        return people

    def _of_team(self, team: str) -> tuple[UUID, ...]:
        if team == EVERYBODY:
            return tuple(user.id for user in self.known.people)
        return next((each.people for each in self.known.teams if str(each.id) == team), self.known.own)

    def _clock(self, told: Mapping[str, Any]) -> ZoneInfo | None:
        """The zone in which days and times are meant; None for each clinician's own."""
        if told.get("clock") != PATIENTS:
            return None
        if not self.patients:
            self.add_error("clock", _("Choose a patient first, or the clinician’s clock."))
            return None
        zone = find_zone(self.patients[0].timezone)
        if zone is None:
            self.add_error("clock", _("No time zone is known for this patient. Choose the clinician’s clock."))
        return zone

    def _window(self, first: date | None, last: date | None) -> Interval | None:
        """From now, or the first day's beginning, to the last day's end, in the viewer's zone."""
        if not first or not last:
            return None
        if last < first:
            self.add_error("last", _("This day lies before the first one."))
            return None
        if last - max(first, self.desk.today) >= LONGEST_WINDOW:
            told = {"days": LONGEST_WINDOW.days}
            self.add_error("last", _("At most %(days)d days can be searched at once. Choose an earlier day.") % told)
            return None
        try:
            start, end = day_borders(first, self.desk.zone)[0], day_borders(last, self.desk.zone)[1]
            parse_day(first.isoformat())
            parse_day(last.isoformat())
        except (ValueError, OverflowError):
            self.add_error("first", _("Type dates between 1970 and 2199."))
            return None
        start = max(start, self.desk.now)
        if end <= start:
            self.add_error("last", _("These days are over. Choose days to come."))
            return None
        return Interval(start, end)

    def _ask(self, told: dict[str, Any]) -> None:
        between = None
        if told["earliest"] or told["latest"]:
            between = (told["earliest"] or MIDNIGHT, told["latest"] or MIDNIGHT)
        try:
            told["request"] = Request(
                window=told["window"],
                length=timedelta(minutes=told["minutes"]),
                step=timedelta(minutes=told["step"]),
                together=self.all_at_once and len(told["people"]) > 1,
                weekdays=frozenset(told["weekday"]) or EVERY_DAY,
                between=between,
                clock=told["clock_zone"],
                before=timedelta(minutes=told["before"]),
                after=timedelta(minutes=told["after"]),
                join=told["join"] and not self.visit,
                order=Order(told["order"]),
            )
        except BadRequest as bad:
            for problem in bad.problems:
                self.refuse(problem)

    def refuse(self, problem: Problem) -> None:
        """Put what the engine says by the field it speaks of."""
        field = PLACES.get(problem.field, problem.field)
        text = PROBLEMS.get(tuple(problem)) or gettext_lazy("This cannot be searched for.")
        self.add_error(field if field in self.fields else None, text)

    # --- For the template ---

    @property
    def shared(self) -> bool:
        """Whether several clinicians share the visit: it then moves in all their calendars at once."""
        return self.visit is not None and len(staff_moved(self.visit)) > 1

    @property
    def shared_names(self) -> str:
        by_id = {user.id: user.name for user in self.known.people}
        return ", ".join(by_id[person] for person in staff_moved(self.visit) if person in by_id) if self.visit else ""

    @property
    def all_at_once(self) -> bool:
        return self.shared or self.data.get("together") == ALL

    @property
    def alone(self) -> User | None:
        """The only person whom the login may book."""
        return self.known.people[0] if len(self.known.people) == 1 else None

    @property
    def finer(self) -> bool:
        """Whether one of the finer conditions is set or wrong, so that they are shown."""
        return any(self.errors.get(name) or not _plain(name, self.data) for name in FINER)

    @property
    def named(self) -> int:
        """How many people are chosen by name."""
        return len(self._texts("clinician"))

    @property
    def kept(self) -> dict[str, Any]:
        """What to remember for the next time."""
        return {name: self.data.get(name, "") for name in KEPT}


PLACES = {"length": "minutes", "between": "latest", "window": "last", "weekdays": "weekday"}
PROBLEMS: dict[tuple[str, ...], Any] = {
    ("between", "end_before_start"): gettext_lazy("This time lies before the earliest one."),
    ("window", "too_long"): gettext_lazy("These are too many days at once."),
    ("cursor", "broken"): gettext_lazy("The place to go on from cannot be read. Search again from the start."),
}


def _fitting(typed: str, visit: Event | None) -> list[int]:
    """Lengths beside the usual ones that may be chosen: one of a link, within the limits, and the visit's own."""
    more = [visit.when.minutes] if visit and visit.when.minutes else []
    if typed.isdecimal() and len(typed) < 4 and SHORTEST_MINUTES <= int(typed) <= LONGEST_MINUTES:
        more.append(int(typed))
    return more


def _plain(name: str, data: Mapping[str, Any]) -> bool:
    return str(data.get(name) or "") in {"", *PLAIN.get(name, ())}


PLAIN = {"clock": (THEIRS,), "before": ("0",), "after": ("0",), "step": ("15",)}
