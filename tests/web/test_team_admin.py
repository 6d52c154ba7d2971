"""An administrator looks after teams: making, changing, deleting, and what that does to the rights of others."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import HoursLock, StaffMember, Team
from scheduling.ledger.models import AuditRecord
from tests.clinic_fixture import Office

pytestmark = pytest.mark.django_db
NEW, LIST = "/people/teams/new/", "/people/teams/"


@pytest.fixture
def browser(
    office: Office,
    refresh: Callable[[], None],
    make_account: Callable[..., Account],
    sign_in_now: Callable[..., Browser],
) -> Browser:
    refresh()
    return sign_in_now(make_account(Role.ADMINISTRATOR, username="root"))


def row(person: UUID) -> int:
    return StaffMember.objects.get(welkin_id=person).pk


def lines() -> list[tuple[str, list[Any]]]:
    found = AuditRecord.objects.filter(action__startswith="team.").order_by("id")
    return list(found.values_list("action", "before_after"))


def change(browser: Browser, team: Team, **more: Any) -> Any:
    """The form as it is opened, with some of it typed anew."""
    form = browser.get(f"/people/teams/{team.pk}/")
    told = {
        "name": team.name,
        "members": [person.pk for person in team.members.all()],
        "keepers": [account.pk for account in team.keepers.all()],
        "delegates_hours": "on",
        "seen": form.context["seen"],
    }
    return browser.post(f"/people/teams/{team.pk}/", told | more)


def test_a_new_team_is_in_the_list_and_in_the_trail(browser: Browser, office: Office) -> None:
    told = {"name": "Nights", "members": [row(office.ada)], "keepers": [office.coordinator.pk]}
    assert browser.post(NEW, told).headers["Location"] == LIST
    team = Team.objects.get(name="Nights")
    assert "Nights" in browser.get(LIST).content.decode()
    assert (team.delegates_hours, [person.welkin_id for person in team.members.all()]) == (False, [office.ada])
    assert lines() == [
        (
            "team.make",
            [
                ["name", None, "Nights"],
                ["members", None, str(office.ada)],
                ["keepers", None, str(office.coordinator.pk)],
                ["delegates_hours", None, False],
            ],
        )
    ]


def test_a_second_press_makes_no_second_team(browser: Browser) -> None:
    assert [browser.post(NEW, {"name": "Nights"}).status_code for _press in range(2)] == [302, 302]
    assert (Team.objects.filter(name="Nights").count(), len(lines())) == (1, 1)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": " "}, "name"),
    "too long": ({"name": "x" * 121}, "name"),
    "a name that is taken": ({"name": "{team}"}, "name"),
    "no such person": ({"members": ["99999"]}, "members"),
    "no number": ({"members": ["x"]}, "members"),
    "no such login": ({"keepers": ["99999"]}, "keepers"),
    "a login that looks after nobody": ({"keepers": ["{root}"]}, "keepers"),
}


@pytest.mark.parametrize(("told", "field"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    browser: Browser, office: Office, told: dict[str, Any], field: str
) -> None:
    there, root = Team.objects.get(), Account.objects.get(username="root")
    if told == {"name": "{team}"}:
        told = {"name": there.name}
    filled = told | ({"keepers": [root.pk]} if told.get("keepers") == ["{root}"] else {})
    answer = browser.post(NEW, {"name": "Nights", "members": [row(office.ada)]} | filled)
    assert (answer.status_code, set(answer.context["form"].errors), lines()) == (422, {field}, [])
    chosen = answer.context["form"]["members"].value()
    assert chosen == filled.get("members", [str(row(office.ada))])


def test_who_looks_after_a_team_counts_at_the_next_page_without_signing_out(
    browser: Browser, office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    manager = make_account(Role.MANAGER)
    theirs, team = sign_in(manager), Team.objects.get()
    before = theirs.get("/hours/locks/").content.decode()
    change(browser, team, keepers=[manager.pk])
    given = theirs.get("/hours/locks/").content.decode()
    change(browser, team, keepers=[])
    taken = theirs.get("/hours/locks/").content.decode()
    assert [team.name in page for page in (before, given, taken)] == [False, True, False]


def test_who_is_in_a_team_counts_at_the_next_request(
    browser: Browser, office: Office, desk_of: Callable[[Account], Any]
) -> None:
    team = Team.objects.get()
    assert desk_of(office.coordinator).may("appointment.book", office.ada)
    change(browser, team, members=[])
    assert not desk_of(office.coordinator).may("appointment.book", office.ada)
    change(browser, team, members=[row(office.ada)], delegates_hours="")
    desk = desk_of(office.coordinator)
    assert (desk.may("appointment.book", office.ada), desk.may("hours.set", office.ada)) == (True, False)


def test_a_change_tells_the_trail_what_was_and_what_is_and_none_tells_nothing(browser: Browser) -> None:
    team = Team.objects.get()
    was = team.name
    assert change(browser, team, delegates_hours="on" if team.delegates_hours else "").status_code == 302
    assert lines() == []
    assert change(browser, team, name="Nights").status_code == 302
    assert lines() == [("team.change", [["name", was, "Nights"]])]


def test_nobody_overwrites_what_they_have_not_seen(browser: Browser) -> None:
    team = Team.objects.get()
    stale = browser.get(f"/people/teams/{team.pk}/").context["seen"]
    change(browser, team, name="Nights")
    answer = change(browser, team, name="Days", seen=stale)
    assert (answer.status_code, bool(answer.context["form"].non_field_errors())) == (422, True)
    assert change(browser, team, name="Days", seen=answer.context["seen"]).status_code == 302
    assert Team.objects.get().name == "Days"


def test_a_name_is_not_changed_to_one_that_is_taken(browser: Browser) -> None:
    team = Team.objects.get()
    browser.post(NEW, {"name": "Nights"})
    assert set(change(browser, team, name="Nights").context["form"].errors) == {"name"}


def test_deleting_asks_first_says_who_loses_sight_and_keeps_the_people(browser: Browser, office: Office) -> None:
    team, people = Team.objects.get(), StaffMember.objects.count()
    address = f"/people/teams/{team.pk}/delete/"
    asked = browser.get(address).content.decode()
    assert (office.coordinator.display_name in asked, Team.objects.count()) == (True, 1)
    assert [browser.post(address).status_code for _press in range(2)] == [302, 302]
    assert (Team.objects.count(), StaffMember.objects.count()) == (0, people)
    assert [action for action, _fields in lines()] == ["team.delete"]
    assert browser.get(address).status_code == 404


def test_a_team_with_locked_hours_ahead_is_not_deleted(browser: Browser) -> None:
    team, today = Team.objects.get(), datetime.now(UTC)
    days = {"first": today.date(), "last": today.date() + timedelta(days=2)}
    HoursLock.objects.create(scope=team.scope, team=team, reason="Rota is out", made_at=today, **days)
    answer = browser.post(f"/people/teams/{team.pk}/delete/")
    assert (answer.status_code, "/hours/locks/" in answer.content.decode(), Team.objects.count()) == (422, True, 1)


def test_a_team_of_another_tenant_is_not_there(browser: Browser) -> None:
    other = Team.objects.create(scope="elsewhere", name="Theirs")
    for address in (f"/people/teams/{other.pk}/", f"/people/teams/{other.pk}/delete/"):
        assert browser.get(address).status_code == 404
    assert "Theirs" not in browser.get(LIST).content.decode()


def test_no_audit_no_change(browser: Browser) -> None:
    team = Team.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER no BEFORE INSERT ON ledger_auditrecord BEGIN SELECT RAISE(ABORT, 'x'); END")
    browser.raise_request_exception = False
    change(browser, team, name="Other")
    browser.post(NEW, {"name": "Nights"})
    browser.post(f"/people/teams/{team.pk}/delete/")
    assert list(Team.objects.values_list("name", flat=True)) == [team.name]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_others_are_offered_nothing_and_refused(
    office: Office, make_account: Callable[..., Account], sign_in_now: Callable[[Account], Browser], role: Role
) -> None:
    theirs, team = sign_in_now(make_account(role)), Team.objects.get()
    own = f"/people/teams/{team.pk}/"
    assert LIST not in theirs.get("/people/").content.decode()
    assert [theirs.get(each).status_code for each in (LIST, NEW, own, f"{own}delete/")] == [403] * 4
    assert [theirs.post(each, {"name": "x"}).status_code for each in (NEW, own, f"{own}delete/")] == [403] * 3
    assert Team.objects.get().name == team.name


def test_who_signed_in_long_ago_is_asked_again(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[..., Browser]
) -> None:
    long_ago = sign_in(make_account(Role.ADMINISTRATOR))
    assert long_ago.get(NEW).headers["Location"].startswith("/account/confirm/")
