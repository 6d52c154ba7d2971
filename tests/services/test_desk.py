"""Who may do what with whose calendar: every role, every action, every distance."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from scheduling.accounts.models import Account
from scheduling.accounts.permissions import ACTIONS, TABLE, Reach, Scope, may, scope_of
from scheduling.accounts.roles import Role
from scheduling.services import connection
from scheduling.services.desk import NotAllowed, clinic_zone, seat

# The table once more, written by hand: letters are own, team and other; a dot is no.
EXPECTED = {
    "calendar.busy": ("own team other", "own team", "own team", "own team other", ""),
    "calendar.names": ("own team", "own", "", "", ""),
    "appointment.book": ("own team", "own", "", "", ""),
    "appointment.move": ("own team", "own", "", "", ""),
    "appointment.edit": ("own team", "own", "", "", ""),
    "appointment.cancel": ("own team", "own", "", "", ""),
    "appointment.delete": ("own team", "", "", "", ""),
    "appointment.mark": ("own team", "own", "", "", ""),
    "appointment.override": ("own team", "", "", "", ""),
    "invitation.answer": ("own team", "own", "own", "own", ""),
    "hours.see": ("own team other", "own team", "own team", "own team other", ""),
    "hours.set": ("own team", "own", "", "", ""),
    "hours.lock": ("", "", "own team", "own team other", ""),
    "hours.contract": ("", "", "own team", "own team other", ""),
    "leave.ask": ("own team", "own", "", "", ""),
    "leave.grant": ("", "", "own team", "own team other", ""),
    "closure.set": ("", "", "own team other", "own team other", ""),
    "utilisation.see": ("", "own", "own team", "", ""),
    "patient.find": ("own team other", "own team other", "", "", ""),
    "patient.create": ("own team other", "", "", "", ""),
    "people.see": ("own team other",) * 5,
    "system.see": ("", "", "", "own team other", ""),
    "feed.own": ("", "own", "", "", ""),
    "login.manage": ("", "", "", "own team other", ""),
    "clinic.manage": ("", "", "", "own team other", ""),
    "emergency.open": ("own team other", "", "", "", ""),
    "audit.read": ("", "", "", "own team other", "own team other"),
}
ROLES = (Role.COORDINATOR, Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR)
REACHES = {"own": Reach(own=True, team=True), "team": Reach(team=True), "other": Reach()}
CELLS = [
    (action, role, near, near in EXPECTED[action][number].split())
    for action in EXPECTED
    for number, role in enumerate(ROLES)
    for near in REACHES
]


def test_every_action_of_the_table_is_expected_here() -> None:
    assert set(ACTIONS) == set(EXPECTED)
    assert {role for row in TABLE.values() for role in row} == set(ROLES)


@pytest.mark.parametrize(("action", "role", "near", "allowed"), CELLS, ids=lambda part: str(part))
def test_the_permission_table(action: str, role: Role, near: str, allowed: bool) -> None:
    account = Account(username="x", role=role)
    assert may(account, action, REACHES[near]) is allowed
    assert account.has_perm(f"daybook.{action}", REACHES[near]) is allowed
    account.is_active = False
    assert may(account, action, REACHES[near]) is False


def test_an_unknown_action_is_a_mistake_and_not_a_no() -> None:
    with pytest.raises(KeyError):
        scope_of(Account(role=Role.COORDINATOR), "appointment.fly")


def test_a_superuser_flag_gives_no_right() -> None:
    account = Account(username="x", role=Role.MANAGER, is_superuser=True)
    assert may(account, "calendar.names", REACHES["own"]) is False
    assert scope_of(account, "system.see") is Scope.NOBODY


def test_reach_follows_teams(clinic, desk_of, make_account, make_team) -> None:
    ada, ben, cleo = (clinic.user(name) for name in ("Ada", "Ben", "Cleo"))
    clinician, coordinator = make_account(Role.CLINICIAN, welkin_id=ada), make_account(Role.COORDINATOR)
    make_team("Nursing", [ada, ben], [coordinator])
    make_team("Therapy", [cleo], [])

    own, kept = desk_of(clinician), desk_of(coordinator)

    assert {person: own.reach(person) for person in (ada, ben, cleo)} == {
        ada: Reach(own=True, team=True),
        ben: Reach(team=True),
        cleo: Reach(),
    }
    assert kept.kept_staff == {ada, ben}
    assert kept.may_all("appointment.book", (ada, ben))
    assert not kept.may_all("appointment.book", (ada, cleo))
    with pytest.raises(NotAllowed) as refused:
        kept.require("appointment.book", ada, cleo)
    assert refused.value.action == "appointment.book"


DELEGATED = {
    "the team delegates": ([True], True),
    "the team keeps hours to its people": ([False], False),
    "one of two teams delegates": ([True, False], True),
    "in no team": ([], False),
}


@pytest.mark.parametrize(("teams", "allowed"), DELEGATED.values(), ids=DELEGATED)
def test_a_coordinator_sets_hours_where_the_team_delegates_them(
    clinic, desk_of, make_account, make_team, teams: list[bool], allowed: bool
) -> None:
    ada, coordinator = clinic.user("Ada"), make_account()
    for number, delegates in enumerate(teams):
        team = make_team(f"Team {number}", [ada], [coordinator])
        team.delegates_hours = delegates
        team.save()
    desk = desk_of(coordinator)

    assert desk.may("hours.set", ada) is allowed
    assert desk.may("appointment.book", ada) is bool(teams)
    assert desk_of(make_account(Role.CLINICIAN, welkin_id=ada)).may("hours.set", ada)


def test_a_team_of_another_tenant_gives_no_reach(clinic, desk_of, make_account, make_team) -> None:
    ada, coordinator = clinic.user("Ada"), make_account()
    team = make_team("Nursing", [ada], [coordinator])
    team.members.update(scope="another tenant")
    assert desk_of(coordinator).kept_staff == frozenset()


ZONES = {
    "the login's own": ("Europe/Berlin", "America/Chicago", "Europe/Berlin"),
    "the Welkin user's": ("", "America/Chicago", "America/Chicago"),
    "a broken own one": ("Mars/Base", "America/Chicago", "America/Chicago"),
    "the clinic's": ("", None, "America/New_York"),
    "the clinic's for a broken one": ("", "Mars/Base", "America/New_York"),
}


@pytest.mark.parametrize(("login", "user", "seen"), ZONES.values(), ids=ZONES)
def test_whose_zone_a_viewer_sees(
    clinic, desk_of, make_account, refresh, login: str, user: str | None, seen: str
) -> None:
    ada = clinic.user("Ada", timezone=user)
    refresh()
    assert str(desk_of(make_account(Role.CLINICIAN, welkin_id=ada, timezone=login)).zone) == seen


def test_a_login_without_a_user_sees_the_clinics_zone(desk_of, make_account) -> None:
    assert str(desk_of(make_account()).zone) == "America/New_York"


def test_a_broken_clinic_zone_is_said(settings, db) -> None:
    settings.CLINIC_TIMEZONE = "New York"
    with pytest.raises(
        connection.NotConfigured, match=r"^CLINIC_TIMEZONE is .New York., which is no IANA time zone\.$"
    ):
        clinic_zone()


def test_today_is_the_viewers_date(desk_of, make_account) -> None:
    desk = desk_of(make_account(timezone="Asia/Tokyo"), now=datetime(2026, 12, 31, 16, tzinfo=UTC))
    assert (desk.today.isoformat(), str(desk.this_week)) == ("2027-01-01", "2026-W53")


def test_a_desk_costs_no_call(api_calls, make_account, credentials) -> None:
    with api_calls() as seen:
        seat(make_account(welkin_id=uuid4()), now=datetime.now(UTC))
    assert seen == []
