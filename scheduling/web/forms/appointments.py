"""The forms of visits. `cleaned_data` holds domain values: an Interval, ids, texts. Errors stand by their field."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.domain import group
from scheduling.domain.event import Event, EventMode, EventType
from scheduling.domain.interval import Interval
from scheduling.domain.person import User
from scheduling.domain.zone import wall
from scheduling.services.appointments import (
    LONGEST_MINUTES,
    MOST_PLACES,
    SHORTEST_MINUTES,
    USUAL_PLACES,
    Wish,
)
from scheduling.services.desk import Desk
from scheduling.services.versions import WORDS, text_of
from scheduling.web import clock, words
from scheduling.web.forms.base import IntentForm
from scheduling.web.forms.merging import THEIRS, AskingForm
from scheduling.web.forms.moments import Moment, read

LENGTHS = (10, 15, 20, 25, 30, 40, 45, 50, 60, 75, 90, 105, 120, 150, 180, 210, 240)
BOOKABLE = (EventType.APPOINTMENT, EventType.GROUP_THERAPY)

# The id of the form in the page: two of its fields stand outside it, in the check, and name it.
PLACING = "placing-form"

Choices = list[tuple[str, Any]]


def write_span(when: Interval) -> str:
    """A stretch of time for a hidden field: "start/end" as instants."""
    return f"{when.start.isoformat()}/{when.end.isoformat()}"


def read_span(told: str) -> Interval | None:
    """A stretch of time that `write_span` wrote; None for what is none."""
    try:
        start, end = map(datetime.fromisoformat, told.split("/"))
        return Interval(start, end)
    except (ValueError, TypeError):
        return None


def as_uuid(text: str) -> UUID:
    return UUID(text)


def ids_sent(data: Mapping[str, str], *names: str) -> list[UUID]:
    """The ids in some fields of a form as it was sent, before it is validated; what is none is left out."""
    found = []
    for name in names:
        with suppress(ValueError):
            found.append(UUID(data.get(name, "")))
    return found


def lengths(*more: int) -> Choices:
    """The lengths offered, and those that a visit has already."""
    return [(str(minutes), clock.length(minutes)) for minutes in sorted({*LENGTHS, *more})]


def clinician_choices(people: Iterable[User]) -> Choices:
    return [(str(user.id), f"{user.name}, {user.credentials}" if user.credentials else user.name) for user in people]


def _with_none(choices: Choices) -> Choices:
    """With a first line that is nobody, so that no calendar is ever chosen by chance; not where there is but one."""
    return choices if len(choices) == 1 else [("", gettext_lazy("Choose a clinician")), *choices]


class Segmented(forms.RadioSelect):
    """Radios that look like one control."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs={"class": "segmented", **attrs})


class IdsField(forms.Field):
    """Several ids, each in a hidden field of the same name, as a tuple without repeats."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> tuple[UUID, ...]:
        self.validate(value)
        try:
            return tuple(dict.fromkeys(UUID(str(text)) for text in value))
        except ValueError as broken:
            raise forms.ValidationError(_("This is not a patient. Choose one again.")) from broken


class PlaceForm(IntentForm):
    """When and for how long, in the viewer's zone: the Interval `cleaned_data["when"]`. `offers` asks which of two."""

    date = forms.DateField(
        label=gettext_lazy("Date"),
        error_messages={"required": gettext_lazy("Choose a date."), "invalid": gettext_lazy("This is not a date.")},
        widget=forms.DateInput(attrs={"type": "date", "min": "1970-01-01", "max": "2199-12-31"}, format="%Y-%m-%d"),
    )
    start = forms.TimeField(
        label=gettext_lazy("Start"),
        error_messages={"required": gettext_lazy("Choose a time."), "invalid": gettext_lazy("This is not a time.")},
        widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"),
    )
    which = forms.CharField(label=gettext_lazy("Which one?"), required=False, widget=Segmented(form=PLACING))
    minutes = forms.TypedChoiceField(label=gettext_lazy("Length"), coerce=int, choices=lengths)
    host = forms.TypedChoiceField(
        label=gettext_lazy("Clinician"),
        coerce=as_uuid,
        error_messages={
            "required": gettext_lazy("Choose a clinician."),
            "invalid_choice": gettext_lazy("This clinician cannot be chosen. Choose another one."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Why go ahead all the same?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "form": PLACING}),
        help_text=gettext_lazy("Kept in the audit trail and shown in the visit's history."),
    )
    moment: Moment | None = None

    def __init__(self, *args: Any, desk: Desk, people: Sequence[User], length: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.people, self.length = people, length
        self.set_choices("host", _with_none(clinician_choices(people)))
        self.set_choices("minutes", lengths(*([length] if length else [])))

    def set_choices(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("date") and data.get("start") is not None:
            self._read_moment(data)
        return data

    def _read_moment(self, data: dict[str, Any]) -> None:
        moment = self.moment = read(data["date"], data["start"], self.desk.zone, data.get("which", ""))
        which = self.fields["which"]
        which.widget.choices = [(offer.value, offer.label) for offer in moment.offers]
        which.required = bool(moment.offers)
        if moment.instant is None:
            self.add_error("start" if moment.offers else "date", moment.problem)
        elif data.get("minutes"):
            self._set_when(moment.instant, data)

    def _set_when(self, start: datetime, data: dict[str, Any]) -> None:
        when = Interval(start, start + timedelta(minutes=data["minutes"]))
        if when.end <= self.desk.now:
            self.add_error("start", _("This time is over. Choose one that is still to come."))
        data["when"] = when

    def ask_why(self) -> None:
        """Something stands against the place, and the login may go ahead: then a reason is needed."""
        self.fields["reason"].required = True

    @property
    def offers(self) -> bool:
        return bool(self.moment and self.moment.offers)


def place_initial(when: Interval, desk: Desk) -> dict[str, Any]:
    """A visit's time as the fields show it."""
    local = wall(when.start, desk.zone)
    return {
        "date": local.date(),
        "start": local.time().replace(second=0, microsecond=0, tzinfo=None),
        "minutes": when.minutes,
        "which": clock.stamp(when.start),
    }


def words_fields() -> dict[str, forms.Field]:
    """The words of a visit: what booking and editing share."""
    return {
        "title": forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200),
        "mode": forms.ChoiceField(
            label=gettext_lazy("Mode"),
            choices=[(mode.value, words.MODES[mode]) for mode in EventMode],
            widget=Segmented,
        ),
        "location": forms.CharField(
            label=gettext_lazy("Location"),
            required=False,
            max_length=200,
            widget=forms.TextInput(attrs={"list": "visit-locations", "autocomplete": "off"}),
        ),
        "description": forms.CharField(
            label=gettext_lazy("Description"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
        ),
        "remarks": forms.CharField(
            label=gettext_lazy("Remarks"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
        ),
        "attachment": forms.CharField(
            label=gettext_lazy("Link to an attachment"),
            required=False,
            max_length=1000,
            validators=[
                URLValidator(
                    schemes=["http", "https"],
                    message=gettext_lazy("Type a whole address that starts with https:// or http://."),
                )
            ],
            widget=forms.URLInput(attrs={"placeholder": "https://"}),
        ),
    }


TOO_MANY_PLACES = gettext_lazy("There can be at most %(limit_value)s places.")


def places_field(most: int = MOST_PLACES, **more: Any) -> forms.IntegerField:
    """How many patients a group session takes. It counts for that type only, and is shown with it only."""
    return forms.IntegerField(
        label=gettext_lazy("Places"),
        min_value=1,
        max_value=most,
        help_text=gettext_lazy("How many patients the group can take. Others can join until all places are taken."),
        error_messages={
            "required": gettext_lazy("Say how many places there are."),
            "invalid": gettext_lazy("Type a whole number."),
            "min_value": gettext_lazy("There must be at least one place."),
            "max_value": TOO_MANY_PLACES,
        },
        **more,
    )


def is_group(data: Mapping[str, Any]) -> bool:
    """Whether the cleaned values are those of a group session."""
    return str(data.get("type", "")).upper() == EventType.GROUP_THERAPY


class BookingForm(PlaceForm):
    """Everything of a new visit. The steps that only add or drop a patient are read before it is validated."""

    type = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=[(kind.value, words.TYPES[kind]) for kind in BOOKABLE], widget=Segmented
    )
    patient = IdsField(label=gettext_lazy("Patient"), error_messages={"required": gettext_lazy("Choose a patient.")})
    others = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Further clinicians"),
        required=False,
        coerce=as_uuid,
        empty_value=[],
        widget=forms.CheckboxSelectMultiple,
    )
    capacity = places_field(initial=USUAL_PLACES)

    def __init__(self, *args: Any, desk: Desk, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, people=people, **kwargs)
        self.fields.update(words_fields())
        self.set_choices("others", clinician_choices(people))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not is_group(data):
            self.errors.pop("capacity", None)
            return data | {"capacity": None}
        patients, capacity = len(data.get("patient", ())), data.get("capacity")
        if capacity and patients > capacity:
            self.add_error("capacity", wrong_places(capacity, patients))
        return data

    @property
    def clinician_ids(self) -> tuple[UUID, ...]:
        """The host first; empty while no clinician is chosen."""
        host = self.cleaned_data.get("host")
        return tuple(dict.fromkeys((host, *self.cleaned_data.get("others", ())))) if host else ()

    def wish(self) -> Wish:
        """What is to be booked. Only for a valid form."""
        data = self.cleaned_data
        title = data["title"].strip() or str(words.TYPES[data["type"]])
        texts = {name: data[name].strip() for name in ("description", "location", "remarks", "attachment")}
        return Wish(
            when=data["when"],
            clinician_ids=self.clinician_ids,
            patient_ids=data["patient"],
            type=data["type"],
            mode=data["mode"],
            title=title,
            capacity=data["capacity"],
            **texts,
        )


def wrong_places(places: int, patients: int) -> str:
    """What stands by a number of places that is too large, or too small for the patients who take part."""
    if places > MOST_PLACES:
        return TOO_MANY_PLACES % {"limit_value": MOST_PLACES}
    return ngettext(
        "%(count)d patient takes part: there must be at least as many places.",
        "%(count)d patients take part: there must be at least as many places.",
        patients,
    ) % {"count": patients}


class SeenForm(IntentForm):
    """A form about a visit that was seen in some state."""

    seen = forms.CharField(max_length=300, widget=forms.HiddenInput)


class MoveForm(AskingForm, PlaceForm):
    """`present` is whose visit it is as the form shows it: they stay choosable, also without hours.

    `was_when` is when it is: "start/end" as instants.
    """

    askable = ("when", "host")
    present = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    was_when = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    typed_when: Interval | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.typed_when = data.get("when")
        if self.kept("when") == THEIRS and (when := read_span(data.get("was_when", ""))):
            self._drop("date", "start", "which", "minutes")
            data["when"] = when
        if self.kept("host") == THEIRS and (host := ids_sent(data, "present")):
            self._drop("host")
            data["host"] = host[0]
        return data

    @property
    def typed_host(self) -> str:
        """The name of the clinician that is chosen in the form, empty for none."""
        return next((user.name for user in self.people if str(user.id) == self.data.get("host")), "")

    def _drop(self, *names: str) -> None:
        """What stands in these fields does not count: theirs is kept."""
        for name in names:
            self.errors.pop(name, None)


class EditForm(AskingForm):
    """The words of a visit. A type or mode that the API made up stays choosable, so that nothing is lost by saving.

    For the same reason the form takes a number of places that is larger than what can be asked for here.
    """

    askable = WORDS
    type = forms.ChoiceField(label=gettext_lazy("Type"), widget=Segmented)
    capacity = places_field(10**group.MOST_DIGITS - 1, required=False)

    def __init__(self, *args: Any, event: Event | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(words_fields())
        self._offer(
            "type",
            event.type if event else self.data.get("type", ""),
            [(kind.value, words.TYPES[kind]) for kind in BOOKABLE],
        )
        self._offer(
            "mode",
            event.mode if event else self.data.get("mode", ""),
            [(mode.value, words.MODES[mode]) for mode in EventMode],
        )

    def _offer(self, name: str, present: str | None, choices: Choices) -> None:
        if present not in [value for value, label in choices]:
            label = words.TYPES.get(present or "", present) or _("Not said")
            choices = [*choices, (present or "", label)]
            self.fields[name].required = bool(present)
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not is_group(data):
            self.errors.pop("capacity", None)
        return data

    def texts(self) -> dict[str, str]:
        """The words as typed, by the names of WORDS, but for those where theirs is kept; the places of a group only."""
        told = {name: self.cleaned_data[name].strip() for name in WORDS if name != group.CAPACITY}
        if group.CAPACITY in self.data and is_group(told):
            told[group.CAPACITY] = str(self.cleaned_data[group.CAPACITY] or "")
        return {name: text for name, text in told.items() if self.kept(name) != THEIRS}


def edit_initial(event: Event) -> dict[str, Any]:
    return {name: text_of(event, name) for name in WORDS} | {group.CAPACITY: _places_shown(event)}


def _places_shown(event: Event) -> int | None:
    """The number of places; for what is no group session, the one it would begin with as one."""
    if event.known_type is EventType.GROUP_THERAPY:
        return group.capacity_of(event)
    return max(USUAL_PLACES, group.places_taken(event))


class CancelForm(SeenForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        error_messages={"required": gettext_lazy("Say in a few words why it is cancelled.")},
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept in Daybook's history; it is not sent to anybody."),
    )


class DeleteForm(SeenForm):
    """Nothing but the press."""


assert LENGTHS[0] == SHORTEST_MINUTES and LENGTHS[-1] == LONGEST_MINUTES  # noqa: PT018
