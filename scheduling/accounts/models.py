"""Logins: who may sign in, in which role, and which Welkin user they are."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from .invitations import LoginLink as LoginLink
from .roles import Role


class Density(models.TextChoices):
    """How high the boards draw time."""

    COMFORTABLE = "comfortable", _("Comfortable")
    USUAL = "", _("Usual")
    COMPACT = "compact", _("Compact")
    OVERVIEW = "overview", _("Overview")


class Account(AbstractUser):
    """A login. `welkin_id` ties it to the user of the API that it acts as; `demo` ones exist in demo mode only.

    `letter_keys`: whether single letters act on the boards (WCAG 2.1.4).
    """

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.CLINICIAN)
    welkin_id = models.UUIDField(_("Welkin user"), null=True, blank=True, db_index=True)
    timezone = models.CharField(
        _("time zone"), max_length=64, blank=True, help_text=_("An IANA name; empty means the Welkin user's zone.")
    )
    demo = models.BooleanField(default=False, editable=False)
    letter_keys = models.BooleanField(
        _("single letters as keys"), default=True, help_text=_("Off for who speaks to the page.")
    )

    board_list = models.BooleanField(_("boards as lists"), default=False)
    board_visits = models.BooleanField(_("visits in the week of a team"), default=True)
    board_density = models.CharField(_("density"), max_length=12, choices=Density.choices, blank=True, default="")

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username
