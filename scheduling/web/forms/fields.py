"""Fields that several forms could use: days as toggles, ids in an address, dates, times of day, minutes to choose."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from scheduling.web import clock


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
