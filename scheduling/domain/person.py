"""The people a calendar is about: users (clinicians and other staff) and patients, as frozen values."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


def full_name(*parts: str | None) -> str:
    """The parts that are there, one space between them."""
    return " ".join(part.strip() for part in parts if part and part.strip())


@dataclass(frozen=True, slots=True)
class User:
    """A Welkin user; the calendar calls it `psm` (welkin-api 3).

    `timezone` is an IANA name as the API gave it, None where it gave none. `state` is ACTIVE, INACTIVE, PROVISIONED
    or whatever else the API says.
    """

    id: UUID
    username: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    credentials: str = ""
    phone: str = ""
    timezone: str | None = None
    state: str = "ACTIVE"
    enabled: bool = True
    roles: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a person would call them; the username where no name is set."""
        return full_name(self.first_name, self.last_name) or self.username

    @property
    def active(self) -> bool:
        return self.state.upper() == "ACTIVE"


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient of one instance (welkin-api 4). `care_team` holds user ids, point of contact first."""

    id: UUID
    first_name: str = ""
    last_name: str = ""
    middle_name: str = ""
    email: str = ""
    phone: str = ""
    secondary_phone: str = ""
    birth_date: date | None = None
    gender: str = ""
    timezone: str | None = None
    language: str = ""
    mrn: str = ""
    external_id: str = ""
    address: tuple[str, ...] = ()
    care_team: tuple[UUID, ...] = ()

    @property
    def name(self) -> str:
        return full_name(self.first_name, self.middle_name, self.last_name) or "Unnamed patient"
