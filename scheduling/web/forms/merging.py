"""Forms that come back with a question for each field that two people changed: keep theirs, or use mine."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.web.forms.base import IntentForm

THEIRS, MINE = "theirs", "mine"


class AskingForm(IntentForm):
    """`seen` is the token of the visit as the form shows it; `asked` names the fields in question, with commas.

    Each of them has a field `keep_<name>` that must be answered: nothing is chosen beforehand, except where a form
    says so, for a wrong press must not cost anybody's words.
    """

    askable: tuple[str, ...] = ()
    seen = forms.CharField(max_length=300, widget=forms.HiddenInput)
    asked = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = self.data.get("asked") if self.is_bound else self.initial.get("asked")
        self.questions = tuple(name for name in str(told or "").split(",") if name in self.askable)
        for name in self.questions:
            self.fields[f"keep_{name}"] = forms.ChoiceField(
                label=_("Which one to keep"),
                choices=[(THEIRS, _("Keep theirs")), (MINE, _("Use mine"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose which one to keep.")},
            )

    def kept(self, name: str) -> str:
        """THEIRS or MINE for a field in question, empty for any other and where nothing was chosen."""
        return str(self.cleaned_data.get(f"keep_{name}", ""))

    @property
    def all_theirs(self) -> bool:
        """Whether there were questions, and all were answered by keeping theirs."""
        return bool(self.questions) and all(self.kept(name) == THEIRS for name in self.questions)


def asking(names: Iterable[str]) -> str:
    """The names as the hidden field `asked` holds them."""
    return ",".join(names)
