"""Search on every page."""

import re

import pytest

from scheduling.accounts.roles import Role
from tests.clinic_fixture import Office

PART = {"HX-Request": "true"}
LINK = re.compile(r'class="option"[^>]* href="([^"]+)"')


def test_people_lead_to_their_week_and_patients_to_their_page(office: Office) -> None:
    marsh = office.clinic.user("Ada", "Marsh")
    office.browser.post("/search/", {"q": ""})
    from datetime import UTC, datetime

    from scheduling.services import connection, mirror

    mirror.refresh_staff(office.api, connection.scope_of(office.clinic.credentials), datetime.now(UTC))
    expected = [f"/patients/{office.theo}/", f"/week/{marsh}/"]
    for headers in (PART, {}):
        html = office.browser.post("/search/", {"q": "marsh"}, headers=headers).content.decode()
        assert LINK.findall(html) == expected
        assert ("<html" in html) is (headers == {})


def test_nothing_found_says_what_was_looked_at(office: Office) -> None:
    for headers in (PART, {}):
        html = office.browser.post("/search/", {"q": "<i>xyzzy"}, headers=headers).content.decode()
        assert "&lt;i&gt;xyzzy" in html
        assert "<i>" not in html
        assert "Looked at names, e-mail addresses and phone numbers of patients and of active people." in html


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMINISTRATOR])
def test_who_may_not_look_for_patients_is_told_so(office: Office, make_account, sign_in, role: Role) -> None:
    browser = sign_in(make_account(role))
    for headers in (PART, {}):
        html = browser.post("/search/", {"q": "theo"}, headers=headers).content.decode()
        assert LINK.findall(html) == []
        assert "Your role does not look for patients" in html
        assert str(office.theo) not in html


def test_a_person_outside_the_own_teams_leads_to_the_directory(office: Office, make_account, sign_in) -> None:
    manager = sign_in(make_account(Role.MANAGER))
    html = manager.post("/search/", {"q": "ada"}, headers=PART).content.decode()
    assert LINK.findall(html) == [f"/people/#person-{office.ada}"]
    assert "not in your teams" in html


def test_a_name_in_the_address_is_not_searched(office: Office) -> None:
    html = office.browser.get("/search/?q=theo").content.decode()
    assert LINK.findall(html) == []


LONG = {"long": "x" * 5000, "zero byte": "the\x00o", "only blanks": "   ", "many words": "a " * 500}


@pytest.mark.parametrize("typed", LONG.values(), ids=LONG)
def test_odd_searches_are_answered(office: Office, typed: str) -> None:
    assert office.browser.post("/search/", {"q": typed}, headers=PART).status_code == 200
