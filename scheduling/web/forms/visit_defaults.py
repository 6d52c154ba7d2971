"""The form of what a clinic proposes for its visits, for administrators."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from scheduling.domain.event import EventType
from scheduling.services.visit_defaults import MOST_LOCATIONS, SHIPPED, Defaults
from scheduling.web import words
from scheduling.web.forms.appointments import lengths

LONGEST_NAME = 200


def field_of(kind: str) -> str:
    """The name of the field of a type's length."""
    return f"minutes_{kind.lower()}"


class DefaultsForm(forms.Form):
    """Usual lengths by type of visit, and the locations to choose from, one in a line."""

    locations = forms.CharField(
        label=gettext_lazy("Locations"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("One in a line, in the order of the list. Another one can still be typed."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, now: Defaults) -> None:
        told = {field_of(kind): now.lengths[kind] for kind in SHIPPED}
        super().__init__(data, initial={**told, "locations": "\n".join(now.locations), "seen": now.mark})
        kinds = {
            field_of(kind): forms.TypedChoiceField(
                label=_("Usual length: %(kind)s") % {"kind": words.TYPES[EventType(kind)]},
                coerce=int,
                choices=lengths(now.lengths[kind]),
            )
            for kind in SHIPPED
        }
        self.fields = {**kinds, **self.fields}

    def clean_locations(self) -> tuple[str, ...]:
        lines = (" ".join(line.split()) for line in self.cleaned_data["locations"].splitlines())
        names = tuple(dict.fromkeys(line for line in lines if line))
        if len(names) > MOST_LOCATIONS:
            raise forms.ValidationError(_("At most %(most)d locations can be kept.") % {"most": MOST_LOCATIONS})
        long = next((name for name in names if len(name) > LONGEST_NAME), None)
        if long:
            told = {"name": long[:40], "most": LONGEST_NAME}
            raise forms.ValidationError(_("“%(name)s…” is longer than %(most)d characters.") % told)
        return names

    @property
    def wanted(self) -> Defaults:
        """What was typed, of a valid form."""
        told = self.cleaned_data
        return Defaults({kind: told[field_of(kind)] for kind in SHIPPED}, told["locations"])
