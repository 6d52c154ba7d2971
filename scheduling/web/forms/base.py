"""What all forms that change something share."""

from typing import Any

from django import forms

from scheduling.services.desk import Desk


class IntentForm(forms.Form):
    """A form bound to a desk that carries the intent minted with it (design 5.1)."""

    intent = forms.CharField(max_length=43, widget=forms.HiddenInput)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        self.desk = desk
        super().__init__(*args, **kwargs)
