"""Which passwords are refused beside the too short: the very long, and what everybody who guesses tries first.

Django's list of 20,000 leaked passwords knows 190 of twelve characters or more, because people who are asked for more
put digits behind a short one or write it twice. So a password is also looked up without what stands around its letters,
and as one of its repetitions. Nothing is asked of the network.
"""

import gzip
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST = 128
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_LOOKS_LIKE = str.maketrans("013457@$!", "oieastasi")


@lru_cache(maxsize=1)
def leaked() -> frozenset[str]:
    """The passwords of Django's own list, in small letters."""
    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)


def unit_of(text: str) -> str:
    """What the text repeats: "pass" of "passpass"; the text itself where it repeats nothing."""
    begins = (text + text).find(text, 1)
    return text[:begins]


def readings(password: str) -> set[str]:
    """The ways in which one who guesses would have come to it."""
    small = password.lower().strip()
    plain = {small, small.translate(_LOOKS_LIKE)}
    bare = {_AROUND.sub("", text) for text in plain}
    return {unit_of(text) for text in plain | bare if text} | plain | bare


class NotTooLong:
    """Refuses more than 128 characters, so that nobody makes the server hash a book."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        if len(password) > MOST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return ngettext("At most %(most)d character.", "At most %(most)d characters.", MOST) % {"most": MOST}


def of_this_place() -> set[str]:
    """What people of this clinic think of first: the product, the service behind it, the clinic's own name."""
    name = [word for word in re.split(r"\W+", settings.CLINIC_NAME.lower()) if len(word) > 2]
    return {"daybook", "welkin", "welkinhealth", *name, "".join(name)}


class NotLeaked:
    """Refuses a leaked password, also with digits and signs around it, with 0 for o, or written several times.

    The words of this place count as leaked (ASVS 6.1.2).
    """

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        known = {text for text in readings(password) if len(text) > 1} & (leaked() | of_this_place())
        if known or len(unit_of(password.lower())) <= 2:
            raise ValidationError(
                _("This is built on a password that became public, or on the name of this place: choose another."),
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        return _("Nothing that is built on a well-known password such as “password” or “qwerty”.")
