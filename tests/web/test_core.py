"""Home, date jump, outcomes, health."""

import json
import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.roles import Role
from scheduling.domain.claim import marker_of
from scheduling.ledger.models import Intent
from scheduling.services import writes
from scheduling.services.writes import Change
from scheduling.welkin.errors import Refused, Unknown
from tests.clinic_fixture import Office, at

PART = {"HX-Request": "true"}
HOMES = {
    Role.COORDINATOR: "/day/",
    Role.CLINICIAN: "/week/",
    Role.MANAGER: "/utilisation/",
    Role.ADMINISTRATOR: "/people/",
}


@pytest.mark.parametrize(("role", "home"), HOMES.items())
def test_home_is_the_page_that_the_role_works_on_most(make_account, sign_in, role: Role, home: str) -> None:
    answer = sign_in(make_account(role)).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, home)


@pytest.mark.django_db
def test_health_is_public_and_says_nothing() -> None:
    answer = Browser().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


ADA = "11111111-1111-4111-8111-111111111111"
JUMPS = {
    "a week": (f"/week/{ADA}/2026-W10/", f"/week/{ADA}/2026-W48/"),
    "a week with all hours": (f"/week/{ADA}/2026-W10/?hours=all", f"/week/{ADA}/2026-W48/?hours=all"),
    "a day of a team": ("/day/2026-03-02/?team=7", "/day/2026-11-25/?team=7"),
    "a day": ("/day/2026-03-02/", "/day/2026-11-25/"),
    "the use of hours": ("/utilisation/?week=2026-W10&team=7", "/utilisation/?team=7&week=2026-W48"),
    "somebody's hours": (f"/hours/{ADA}/", f"/hours/{ADA}/?week=2026-W48"),
    "a patient": (f"/patients/{ADA}/", "/day/2026-11-25/"),
    "nowhere": ("", "/day/2026-11-25/"),
    "a page that is not ours": ("/nothing/", "/day/2026-11-25/"),
}


@pytest.mark.parametrize(("came", "goes"), JUMPS.values(), ids=JUMPS)
def test_a_date_jump_keeps_the_view(make_account, sign_in, came: str, goes: str) -> None:
    referer = {"Referer": f"http://testserver{came}"} if came else {}
    answer = sign_in(make_account()).get("/go/?date=2026-11-25", headers=referer)
    assert (answer.status_code, answer.headers["Location"]) == (302, goes)


@pytest.mark.parametrize("referer", [f"http://evil.example/week/{ADA}/2026-W10/", "http://[broken", "\u20ac"])
def test_a_jump_from_another_site_goes_to_the_day(make_account, sign_in, referer: str) -> None:
    headers = {"Referer": referer}
    answer = sign_in(make_account()).get("/go/?date=2026-11-25", headers=headers)
    assert answer.headers["Location"] == "/day/2026-11-25/"


TOLD = {
    "clinician": (f"&clinician={ADA}", f"/week/{ADA}/2026-W48/"),
    "a broken clinician": ("&clinician=../x", "/day/2026-11-25/"),
    "team": ("&team=7", "/day/2026-11-25/?team=7"),
    "a hostile team": ("&team=7%26x=%0d%0a", "/day/2026-11-25/?team=7%26x%3D%0D%0A"),
}


@pytest.mark.parametrize(("query", "goes"), TOLD.values(), ids=TOLD)
def test_a_form_may_tell_the_view(make_account, sign_in, query: str, goes: str) -> None:
    answer = sign_in(make_account()).get(f"/go/?date=2026-11-25{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, goes)


@pytest.mark.parametrize("text", ["", "tomorrow", "0001-01-01", "9999-12-31", "2026-02-30", "20261125", "2026-W48-3"])
def test_a_date_that_does_not_exist(make_account, sign_in, text: str) -> None:
    browser = sign_in(make_account())
    for headers in ({}, PART):
        answer = browser.get("/go/", {"date": text}, headers=headers)
        assert (answer.status_code, "No such date" in answer.content.decode()) == (400, True)


def lost() -> dict[str, str]:
    raise Unknown("cut off")


def refused() -> dict[str, str]:
    raise Refused("no", message="Theo Marsh is too young")


def settled(office: Office, action: str, act) -> str:
    key = writes.mint(office.desk)
    writes.perform(office.desk, key, Change(action=action), act)
    return f"/outcomes/{key}/"


def ending_of(html: str) -> str:
    (ending,) = re.findall(r'data-outcome="([^"]+)"', html)
    return ending


def test_an_unknown_outcome_asks_again_by_itself_until_it_is_known(office: Office) -> None:
    address = settled(office, "appointment.book", lost)
    page = office.browser.get(address).content.decode()
    part = office.browser.get(address, headers=PART | {"X-Background": "1"})
    for html in (page, part.content.decode()):
        assert ending_of(html) == "unknown"
        assert f'hx-get="{address}" hx-trigger="every 2s"' in html
        assert f'href="{address}"' in html
        assert "failed" not in html.lower()
    assert "HX-Trigger" not in part.headers

    key = address.split("/")[2]
    event = office.clinic.visit(office.ada, office.theo, start=at(10), external_id=marker_of(key))
    known = office.browser.get(address, headers=PART)

    assert ending_of(known.content.decode()) == "confirmed"
    assert "hx-trigger" not in known.content.decode()
    assert f'href="/appointments/{event.id}/"' in known.content.decode()
    assert json.loads(known.headers["HX-Trigger"]) == {"appointment-changed": {"id": str(event.id)}}


def test_the_card_that_comes_up_refreshes_what_is_beneath_and_leads_back(office: Office) -> None:
    address = settled(office, "appointment.book", lost)
    first = office.browser.get(address, headers=PART)

    assert json.loads(first.headers["HX-Trigger"]) == {"appointment-changed": {"id": ""}}
    assert re.search(r'<a class="button" href="/" data-close>Back to the calendar</a>', first.content.decode())
    Intent.objects.update(started_at=datetime.now(UTC) - timedelta(minutes=5))
    late = office.browser.get(address, headers=PART | {"X-Background": "1"}).content.decode()
    assert ("do it again" in late, "do not send it again" in late) == (False, True)


def test_an_outcome_that_takes_long_asks_less_often(office: Office) -> None:
    address = settled(office, "appointment.book", lost)
    Intent.objects.update(started_at=datetime.now(UTC) - timedelta(minutes=5))
    html = office.browser.get(address).content.decode()
    assert 'hx-trigger="every 10s"' in html
    assert "It is still not known whether this was saved" in html


def test_a_refused_change_says_so_without_the_api_s_words(office: Office) -> None:
    html = office.browser.get(settled(office, "appointment.book", refused)).content.decode()
    assert ending_of(html) == "refused"
    assert "Nothing was changed." in html
    assert "too young" not in html


def test_a_form_that_was_never_sent(office: Office) -> None:
    html = office.browser.get(f"/outcomes/{writes.mint(office.desk)}/").content.decode()
    assert ending_of(html) == "minted"


FACTS = {
    "appointment.move": ("event", "/appointments/{}/"),
    "patient.create": ("patient", "/patients/{}/"),
    "hours.set": ("clinician", "/hours/{}/"),
}


@pytest.mark.parametrize(("action", "fact"), FACTS.items(), ids=FACTS)
def test_a_confirmed_change_links_to_what_it_made(office: Office, action: str, fact: tuple[str, str]) -> None:
    about = str(uuid4())
    html = office.browser.get(settled(office, action, lambda: {fact[0]: about})).content.decode()
    assert ending_of(html) == "confirmed"
    assert f'href="{fact[1].format(about)}"' in html


@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
def test_a_foreign_or_made_up_outcome_is_told_to_nobody(office: Office, make_account, sign_in, headers) -> None:
    address = settled(office, "appointment.book", lost)
    assert sign_in(make_account()).get(address, headers=headers).status_code == 404
    assert office.browser.get("/outcomes/made-up/", headers=headers).status_code == 404
