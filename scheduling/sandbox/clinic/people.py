"""The people of the clinic: clinicians in teams, the staff around them, and patients with their care teams."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.sandbox.clinic.names import CLINICIANS, FIRST, LAST, SPECIAL_PATIENTS, STAFF
from scheduling.sandbox.clinic.recipe import CLINIC_ZONE, Recipe, Row, stamp
from scheduling.sandbox.clinic.stream import Stream, identity
from scheduling.sandbox.clinic.words import BEHAVIOURAL, CREDENTIALS, MANAGEMENT, PRIMARY, ROLES, SPECIALTY, TEAMS

TEAM_PATTERN = tuple(
    {"P": PRIMARY, "B": BEHAVIOURAL, "M": MANAGEMENT, "S": SPECIALTY}[letter] for letter in "PBMSPBPMSPBPMBPSMPBSPMBS"
)
ZONE_PATTERN: tuple[str | None, ...] = (
    "America/New_York",
    "America/Chicago",
    "America/New_York",
    "America/Los_Angeles",
    "America/New_York",
    "US/Eastern",
    "America/Chicago",
    None,
    "America/Los_Angeles",
    "America/New_York",
    "America/New_York",
    "America/Los_Angeles",
    "America/Chicago",
    "US/Eastern",
    "America/New_York",
    "America/Phoenix",
    "America/New_York",
    "America/Chicago",
    "US/Pacific",
    "America/New_York",
    "America/Los_Angeles",
    "America/Chicago",
    "America/New_York",
    "America/New_York",
)
STAFF_ROLES = ("care-coordinator", "care-coordinator", "clinic-manager", "clinic-manager", "super-admin")
DOMAIN = "daybook-clinic.example"


@dataclass(frozen=True, slots=True)
class Member:
    """A clinician: the place in the list, the team, the zone taken for the calendar and the manager's id."""

    index: int
    id: str
    team: str
    zone: ZoneInfo
    manager: str
    row: Row

    @property
    def zone_name(self) -> str:
        """The zone's own name, also for a member whose record has none."""
        return self.zone.key


def team_of(index: int) -> str:
    """The team of the clinician at this place."""
    return TEAM_PATTERN[index % len(TEAM_PATTERN)]


def staff(recipe: Recipe) -> list[Row]:
    """Two coordinators, two managers and an administrator, in this order; none of them sees patients."""
    return [
        _user(recipe, ("staff", index), STAFF[index], CLINIC_ZONE, role, None) for index, role in enumerate(STAFF_ROLES)
    ]


def members(recipe: Recipe, staff_rows: Sequence[Row]) -> list[Member]:
    """The clinicians; the first manager leads the first two teams, the second the others."""
    made: list[Member] = []
    for index in range(recipe.clinicians):
        team, zone = team_of(index), ZONE_PATTERN[index % len(ZONE_PATTERN)]
        credentials = CREDENTIALS[team][index // len(TEAMS) % len(CREDENTIALS[team])]
        row = _user(recipe, ("clinician", index), _clinician_name(recipe, index), zone, ROLES[team], credentials)
        manager = staff_rows[2 + TEAMS.index(team) // 2]["id"]
        made.append(Member(index, row["id"], team, ZoneInfo(zone or CLINIC_ZONE), manager, row))
    return made


def teams(clinicians: Sequence[Member]) -> list[Row]:
    """The teams that have somebody in them, with their members and managers as user ids."""
    found = []
    for name in TEAMS:
        in_team = [member for member in clinicians if member.team == name]
        if in_team:
            managers = sorted({member.manager for member in in_team})
            found.append({"name": name, "members": [member.id for member in in_team], "managers": managers})
    return found


def patients(recipe: Recipe, clinicians: Sequence[Member]) -> list[Row]:
    """Patients with a care team each: a clinician of the first team and one or two of the others."""
    by_team = {name: [member for member in clinicians if member.team == name] for name in TEAMS}
    used: set[tuple[str, str]] = set()
    return [_patient(recipe, index, by_team, used) for index in range(recipe.patients)]


def _clinician_name(recipe: Recipe, index: int) -> tuple[str, str]:
    if index < len(CLINICIANS):
        return CLINICIANS[index]
    stream = Stream(recipe.seed, "clinician name", index)
    return stream.pick(FIRST), stream.pick(LAST)


def _user(
    recipe: Recipe, key: tuple[str, int], name: tuple[str, str], zone: str | None, role: str, credentials: str | None
) -> Row:
    group, index = key
    handle = f"{plain(name[0])}.{plain(name[1])}"
    if group == "clinician" and index >= len(CLINICIANS):
        handle = f"{handle}.{index}"
    phone = f"+1555010{(100 if group == 'staff' else 200) + index:04d}"
    since = stamp(datetime.combine(recipe.first - timedelta(days=200 + index % 90), time(15, 20), UTC))
    return {
        "id": identity(recipe.seed, *key),
        "username": handle,
        "email": f"{handle}@{DOMAIN}",
        "phone": phone,
        "timezone": zone,
        "locale": "en-US",
        "firstName": name[0],
        "lastName": name[1],
        "credentials": credentials,
        "enabled": True,
        "userState": "ACTIVE",
        "seats": ["GENERAL"],
        "customUserAttributes": {"primaryLanguage": "english"},
        "roles": [{"permissionName": role, "type": "SECURITY_ROLE", "primaryRole": True}],
        "createdAt": since,
        "updatedAt": since,
    }


def _patient(recipe: Recipe, index: int, by_team: dict[str, list[Member]], used: set[tuple[str, str]]) -> Row:
    stream = Stream(recipe.seed, "patient", index)
    first, last = _patient_name(stream, index, used)
    carers = _care_team(stream, index, by_team)
    local = f"{plain(first)}.{plain(last)}".strip(".") or "patient"
    joined = stamp(datetime.combine(recipe.first, time(14), UTC) - timedelta(days=stream.below(700), minutes=index))
    born = recipe.today.replace(day=1) - timedelta(days=365 * (4 + stream.below(84)) + stream.below(365))
    return {
        "id": identity(recipe.seed, "patient", index),
        "mrn": None if stream.chance(0.1) else f"DB-{100000 + 37 * index}",
        "firstName": first,
        "lastName": last,
        "birthDate": f"{born:%Y-%m-%d}T00:00:00.000Z",
        "gender": stream.weighted([("FEMALE", 48), ("MALE", 44), ("OTHER", 3), ("UNKNOWN", 5)]),
        "maritalStatus": "UKN",
        "primaryLanguage": stream.weighted([("ENGLISH", 80), ("SPANISH", 14), ("CHINESE", 6)]),
        "email": None if stream.chance(0.12) else f"{local}.{index}@mail.example",
        "phone": None if stream.chance(0.08) else f"+1555010{2000 + index % 8000:04d}",
        "timezone": None if stream.chance(0.06) else carers[0].zone_name,
        "careTeam": [{"id": carer.id, "pointOfContact": place == 0} for place, carer in enumerate(carers)],
        "createdAt": joined,
        "updatedAt": joined,
    }


def _patient_name(stream: Stream, index: int, used: set[tuple[str, str]]) -> tuple[str, str]:
    place, within = divmod(index, 3)
    if within == 1 and place < len(SPECIAL_PATIENTS):
        return SPECIAL_PATIENTS[place]
    name = stream.pick(FIRST), stream.pick(LAST)
    for _ in range(20):
        if name not in used:
            break
        name = stream.pick(FIRST), stream.pick(LAST)
    used.add(name)
    return name


def _care_team(stream: Stream, index: int, by_team: dict[str, list[Member]]) -> list[Member]:
    filled = [by_team[name] for name in TEAMS if by_team[name]]
    carers = [filled[0][index % len(filled[0])]]
    others = stream.shuffled(filled[1:])[: stream.weighted([(1, 3), (2, 5), (3, 2)])]
    return carers + [stream.pick(choices) for choices in others]


def plain(name: str) -> str:
    """A name in lower-case ASCII letters and hyphens, for addresses; empty for scripts that have none."""
    letters = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O").replace("Ł", "L"))
    return "".join(letter for letter in letters.lower().replace(" ", "-") if letter.isascii() and letter in KEPT)


KEPT = frozenset("abcdefghijklmnopqrstuvwxyz-")
