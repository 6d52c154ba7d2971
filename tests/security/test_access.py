"""The access matrix over HTTP: every role, everything that can be opened, however near it is; page and part."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import Team
from scheduling.services import connection
from scheduling.welkin import Credentials
from tests.clinic_fixture import Clinic, at

from .access_table import CLINIC, NEAR, NOWHERE, PATIENTS, PEOPLE, ROLES, TEAMS, VISITS, Row

pytestmark = pytest.mark.django_db
EVERYTHING = os.environ.get("ACCESS") == "all"
PART = {"HX-Request": "true"}
# 409: the form cannot be shown of a visit in this state, which is told to those only who may see it.
SHOWN, REFUSED = (200, 409), (403, 404, 422)
LOGIN = "/account/login/"


@dataclass
class House:
    """A clinic with a login of a role, and things that are its own, of its team, of others, of another tenant."""

    browser: Browser
    things: dict[str, dict[str, object]]

    def asked(self) -> Iterator[tuple[str, Row, str, dict[str, str]]]:
        """The cells with the ways in which each is asked for: visits as page and part, others as one of them.

        With ACCESS=all (`make load`) everything is asked for both ways.
        """
        for number, (address, row, near) in enumerate(self.cells()):
            both = EVERYTHING or row in VISITS
            for headers in ({}, PART) if both else (({}, PART)[number % 2],):
                yield address, row, near, headers

    def cells(self) -> Iterator[tuple[str, Row, str]]:
        """Address, row, how near."""
        tables = {"visit": VISITS, "person": PEOPLE, "patient": PATIENTS, "team": TEAMS}
        for kind, rows in tables.items():
            for row in rows:
                for near, thing in self.things[kind].items():
                    yield row.address.format(thing), row, near
        for row in CLINIC:
            yield row.address, row, "own"


@pytest.fixture
def another_tenant_s(
    make_tenant: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, credentials: Credentials
) -> dict[str, object]:
    """Somebody, a visit and a patient of another clinic of the same server."""
    other = make_tenant()
    far = Credentials(other.url, other.tenant, other.instance, other.client, other.secret)
    clinic = Clinic(connection.client_for(far), far)
    person, patient = clinic.user("Nora"), clinic.patient()
    visit = clinic.visit(person, patient, start=at(10))
    return {"person": person, "patient": patient, "visit": visit.id, "team": 888_888}


@pytest.fixture
def house(
    clinic: Clinic,
    another_tenant_s: dict[str, object],
    make_account: Callable[..., Account],
    make_team: Callable[..., Team],
    sign_in_now: Callable[[Account], Browser],
) -> Callable[[Role | None], House]:
    def make(role: Role | None) -> House:
        people = dict(zip(NEAR, (clinic.user(name) for name in ("Ada", "Ben", "Zelda")), strict=True))
        patients = {near: clinic.patient(last=name) for near, name in SURNAMES.items()}
        account = make_account(role or Role.COORDINATOR, welkin_id=people["own"], timezone="America/New_York")
        team = make_team("Care", members=[people["own"], people["team"]], keepers=[account])
        far = make_team("Far", members=[people["other"]], keepers=[])
        things: dict[str, dict[str, object]] = {
            "person": {**people},
            "patient": {"own": patients["own"]},
            "team": {"own": team.pk, "other": far.pk},
            "visit": {near: clinic.visit(who, patients[near], start=at(10)).id for near, who in people.items()},
        }
        for kind, found in things.items():
            nowhere = 999_999 if kind == "team" else uuid4()
            found |= dict(zip(NOWHERE, (nowhere, another_tenant_s[kind]), strict=True))
        browser = sign_in_now(account) if role else Browser()
        browser.get("/account/")  # takes the message that one has signed in
        return House(browser, things)

    return make


def opened(browser: Browser, address: str, headers: dict[str, str]) -> Any:
    """The answer at the end of the way that the address leads."""
    cache.clear()  # how often somebody may ask is tried elsewhere
    answer = browser.get(address, headers=headers)
    for _hop in range(3):
        further = answer.headers.get("HX-Redirect") or answer.headers.get("Location", "")
        if not further or further.startswith(LOGIN):
            break
        answer = browser.get(further, headers=headers)
    return answer


def is_shown(answer: Any) -> bool:
    """Whether it was opened. Anything else than a clear yes or no fails here."""
    assert answer.status_code in (*SHOWN, *REFUSED, 401, 302), answer.status_code
    return answer.status_code in SHOWN


@pytest.mark.parametrize("role", ROLES)
def test_each_cell_of_the_matrix(house: Callable[[Role], House], role: Role) -> None:
    somewhere, wrong, count = house(role), [], 0
    for address, row, near, headers in somewhere.asked():
        count += 1
        if is_shown(opened(somewhere.browser, address, headers)) is not row.expected(near, role):
            wrong.append(f"{near} {row.address} {'part' if headers else 'page'}")

    assert wrong == [], wrong
    assert count > 140


def test_a_stranger_opens_nothing(house: Callable[[None], House]) -> None:
    somewhere = house(None)
    found = [
        address
        for address, _row, _near, headers in somewhere.asked()
        if is_shown(opened(somewhere.browser, address, headers))
    ]

    assert found == []


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MANAGER])
def test_what_is_another_tenant_s_looks_like_what_is_nowhere(house: Callable[[Role], House], role: Role) -> None:
    somewhere = house(role)
    told: dict[str, set[tuple[int, str]]] = {}
    for address, row, near in somewhere.cells():
        if near in NOWHERE:
            answer = opened(somewhere.browser, address, PART)
            text = answer.content.decode()
            own = address.removeprefix(row.address.split("{}")[0]).removesuffix(row.address.split("{}")[1])
            text = text.replace(own, "*")
            told.setdefault(row.address, set()).add((answer.status_code, without_tokens(text)))

    assert {address: len(answers) for address, answers in told.items() if len(answers) > 1} == {}


# Whose patients' names a role reads on boards; everybody else is busy, no more.
NAMED = {Role.COORDINATOR: {"own", "team"}, Role.CLINICIAN: {"own"}}
SURNAMES = {"own": "Quackenbush", "team": "Fotheringay", "other": "Oglethorpe"}


@pytest.mark.parametrize("role", ROLES)
def test_boards_name_only_the_patients_that_a_role_may_read(house: Callable[[Role], House], role: Role) -> None:
    somewhere = house(role)
    year, week, _day = at(10).date().isocalendar()
    told = f"{year}-W{week:02}"
    people = [f"/week/{person}/{told}/" for person in somewhere.things["person"].values()]
    pages = [*people, f"/day/{at(10).date()}/", f"/team/{told}/", "/invitations/", "/overlaps/", "/changes/", "/leave/"]
    text = "".join(opened(somewhere.browser, page, {}).content.decode() for page in pages)

    assert {near for near, name in SURNAMES.items() if name in text} == NAMED.get(role, set())


def without_tokens(text: str) -> str:
    """The answer without what differs each time."""
    return re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken": ?|intent" value)=?"?[^"]*"', "", text)


def test_a_hole_in_a_wall_is_noticed(house: Callable[[Role], House], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a desk that allows everything shows a manager the names of other teams."""
    from scheduling.services.desk import Desk

    monkeypatch.setattr(Desk, "may", lambda *_: True)
    somewhere = house(Role.MANAGER)
    visit: UUID = somewhere.things["visit"]["other"]  # type: ignore[assignment]

    assert is_shown(opened(somewhere.browser, f"/appointments/{visit}/", PART))
