"""Fields that several forms could use: days as toggles, ids in an address, dates, times of day, minutes to choose."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, gettext_lazy

from scheduling.domain.week import find_zone
from scheduling.web import clock

PHONE_SIGNS = re.compile(r"[\s().\-/]")
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class Days(forms.CheckboxSelectMultiple):
    """The seven days as toggles in one row."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "segmented toggles"})


class IdsInAddress(forms.Field):
    """Several ids of one name in the address, as a tuple without repeats; empty texts count for nothing."""

    def __init__(self, *, most: int, too_many: Any, broken: Any, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.most, self.too_many, self.broken = most, too_many, broken

    def clean(self, value: Any) -> tuple[UUID, ...]:
        texts = dict.fromkeys(text for text in value or () if text)
        if len(texts) > self.most:
            raise forms.ValidationError(self.too_many % {"most": self.most})
        try:
            return tuple(dict.fromkeys(UUID(text) for text in texts))
        except ValueError as broken:
            raise forms.ValidationError(self.broken) from broken


class Phone(forms.CharField):
    """A phone number as E.164, which is all that the API takes (welkin-api 3)."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Phone"),
            required=False,
            max_length=32,
            help_text=gettext_lazy("With the country code, for example +1 555 010 0177."),
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        )

    def clean(self, value: Any) -> str:
        typed = PHONE_SIGNS.sub("", super().clean(value))
        typed = "+" + typed[2:] if typed.startswith("00") else typed
        if typed and not E164.fullmatch(typed):
            why = gettext("Write the number with + and the country code, for example +1 555 010 0177.")
            raise forms.ValidationError(why)
        return typed


class Zone(forms.CharField):
    """The name of an IANA zone, typed in any letter case or taken from the list beside it; "" for none."""

    def __init__(self, *, names_from: str, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"list": names_from, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(label=gettext_lazy("Time zone"), max_length=64, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        zone = find_zone(typed.replace(" ", "_"))
        if typed and zone is None:
            raise forms.ValidationError(gettext("There is no such time zone. Take one from the list."))
        return str(zone) if zone else ""


def dates(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        error_messages={"required": gettext_lazy("Choose a date."), "invalid": gettext_lazy("This is not a date.")},
        widget=forms.DateInput(attrs={"type": "date", "min": "1970-01-01", "max": "2199-12-31"}, format="%Y-%m-%d"),
    )


def times(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        error_messages={"invalid": gettext_lazy("This is not a time.")},
        widget=forms.TimeInput(attrs={"type": "time", "step": 300}, format="%H:%M"),
    )


def minutes_of(label: Any, offered: Iterable[int], none: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=[(str(each), clock.length(each) if each else none) for each in offered],
        error_messages={"invalid_choice": gettext_lazy("Choose one of the list.")},
    )
