"""The pages of patients and of the staff directory, whole and as parts."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.ledger.models import AuditRecord
from scheduling.web.patients import age_on
from tests.clinic_fixture import Office, at, next_monday

PART = {"HX-Request": "true"}


def events_on(html: str) -> list[str]:
    return re.findall(r'<li class="visit" data-event-id="([^"]+)"', html)


def options_of(html: str) -> list[tuple[str, str]]:
    return re.findall(r'role="option" data-value="([^"]+)" data-autocomplete-value="([^"]+)"', html)


@pytest.fixture
def visits(office: Office) -> list[Event]:
    """One visit last week, one next week."""
    past = office.clinic.visit(office.ada, office.theo, start=at(10, day=-14))
    coming = office.clinic.visit(office.ada, office.theo, start=at(10), title="Foot care")
    return [past, coming]


def test_a_patient_s_page_and_its_part(office: Office, visits: list[Event]) -> None:
    page = office.browser.get(f"/patients/{office.theo}/")
    part = office.browser.get(f"/patients/{office.theo}/", headers=PART)
    expected = [str(visits[1].id), str(visits[0].id)]
    assert (page.status_code, events_on(page.content.decode())) == (200, expected)
    assert (part.status_code, events_on(part.content.decode())) == (200, expected)
    assert "<html" in page.content.decode()
    assert "<html" not in part.content.decode()
    assert f'href="/appointments/new/?patient={office.theo}"' in page.content.decode()
    assert "<title>Patient " in page.content.decode()


def test_an_all_day_visit_is_said_to_be_one(office: Office) -> None:
    day = next_monday()
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    made = office.clinic.visit(office.ada, office.theo, start=start, minutes=24 * 60, all_day=True)

    html = office.browser.get(f"/patients/{office.theo}/", headers=PART).content.decode()

    assert events_on(html) == [str(made.id)]
    assert html.count("All day") == 2
    assert f'data-start="{at(0):%Y-%m-%dT%H:%M:%SZ}" data-end="{at(0, day=1):%Y-%m-%dT%H:%M:%SZ}"' in html


def test_a_page_of_another_period(office: Office, visits: list[Event]) -> None:
    start = (datetime.now(UTC) - timedelta(days=400)).date()
    page = office.browser.get(f"/patients/{office.theo}/?from={start}").content.decode()
    assert events_on(page) == []
    assert f'data-event-id="{visits[1].id}"' in page


ADDRESSES = ["?from=0001-01-01", "?from=9999-12-31", "?from=yesterday", "?from=2026-02-30", "?from=1970-01-01'"]


@pytest.mark.parametrize("query", ADDRESSES)
def test_a_period_that_does_not_exist_is_not_found(office: Office, query: str) -> None:
    assert office.browser.get(f"/patients/{office.theo}/{query}").status_code == 404


@pytest.mark.parametrize("query", ["?from=1970-01-01", "?from=2199-12-31", "?from="])
def test_the_ends_of_time_are_no_mistake(office: Office, query: str) -> None:
    assert office.browser.get(f"/patients/{office.theo}/{query}").status_code == 200


BROKEN = {"no uuid": "abc", "unknown": str(uuid4()), "a path": "..%2F..%2Fadmin%2Fusers"}


@pytest.mark.parametrize("part", [{}, PART], ids=["page", "part"])
@pytest.mark.parametrize("name", BROKEN.values(), ids=BROKEN)
def test_an_id_that_is_none(office: Office, name: str, part: dict[str, str]) -> None:
    assert office.browser.get(f"/patients/{name}/", headers=part).status_code == 404


def test_names_are_escaped(office: Office) -> None:
    evil = office.clinic.patient("<img src=x onerror=alert(1)>", '"><script>')
    html = office.browser.get(f"/patients/{evil}/").content.decode()
    assert "<img src=x" not in html
    assert '"><script>' not in html


ROLES = [(Role.MANAGER, 403), (Role.ADMINISTRATOR, 403), (Role.CLINICIAN, 200)]


@pytest.mark.parametrize(("role", "status"), ROLES)
def test_who_opens_a_patient(office: Office, make_account, sign_in, role: Role, status: int) -> None:
    browser = sign_in(make_account(role))
    for headers in ({}, PART):
        assert browser.get(f"/patients/{office.theo}/", headers=headers).status_code == status
        assert browser.post("/patients/find/", {"q": "theo"}, headers=headers).status_code == status


def test_a_clinician_sees_of_a_foreign_visit_only_that_it_is(office: Office, visits, make_account, sign_in) -> None:
    ben = office.clinic.user("Ben")
    html = sign_in(make_account(Role.CLINICIAN, welkin_id=ben)).get(f"/patients/{office.theo}/").content.decode()
    assert events_on(html) == [str(visits[1].id), str(visits[0].id)]
    assert "Foot care" not in html
    assert f"/appointments/{visits[1].id}/" not in html
    assert "A visit with another team" in html


def test_the_picker_gets_options_and_without_script_a_page_of_links(office: Office, refresh) -> None:
    refresh()
    part = office.browser.post("/patients/find/", {"q": "mar"}, headers=PART)
    page = office.browser.post("/patients/find/", {"q": "mar"})
    assert options_of(part.content.decode()) == [(str(office.theo), "Theo Marsh")]
    assert f'href="/patients/{office.theo}/"' in page.content.decode()
    assert office.browser.get("/patients/find/").status_code == 200


def test_the_picker_says_when_nobody_matches(office: Office) -> None:
    html = office.browser.post("/patients/find/", {"q": "<b>"}, headers=PART).content.decode()
    assert 'data-no-result-found="true"' in html
    assert "&lt;b&gt;" in html
    assert "<b>" not in html


def new_form(office: Office, **typed: str) -> dict[str, str]:
    html = office.browser.get("/patients/new/", headers=PART).content.decode()
    (intent,) = re.findall(r'name="intent" value="([^"]+)"', html)
    return {"intent": intent, "first_name": "Anna", "last_name": "Ek", "timezone": "America/New_York"} | typed


def test_a_new_patient_without_and_with_script(office: Office) -> None:
    plain = office.browser.post("/patients/new/", new_form(office))
    part = office.browser.post("/patients/new/", new_form(office, last_name="Berg"), headers=PART)
    made = {row.last_name: row.id for row in office.api.patients.find().rows}
    assert (plain.status_code, plain.headers["Location"]) == (302, f"/patients/{made['Ek']}/")
    assert (part.status_code, part.headers["HX-Redirect"]) == (200, f"/patients/{made['Berg']}/")


def test_one_form_sent_twice_makes_one_patient(office: Office) -> None:
    form = new_form(office)
    first, second = office.browser.post("/patients/new/", form), office.browser.post("/patients/new/", form)
    assert first.headers["Location"] == second.headers["Location"]
    assert [row.name for row in office.api.patients.find(query="Anna").rows] == ["Anna Ek"]


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "no last name": ({"last_name": " "}, "last_name"),
    "a date of the future": ({"birth_date": "2190-01-01"}, "birth_date"),
    "too long ago": ({"birth_date": "1700-01-01"}, "birth_date"),
    "no date": ({"birth_date": "soon"}, "birth_date"),
    "a phone without country": ({"phone": "5550100177"}, "phone"),
    "no e-mail": ({"email": "anna"}, "email"),
    "a zone that is not offered": ({"timezone": "Mars/Base"}, "timezone"),
}


@pytest.mark.parametrize(("typed", "field"), WRONG.values(), ids=WRONG)
def test_a_form_with_an_error_comes_back_filled(office: Office, typed: dict[str, str], field: str) -> None:
    answer = office.browser.post("/patients/new/", new_form(office, first_name="Änna", **typed), headers=PART)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert 'value="Änna"' in html
    assert f'id="id_{field}_error"' in html


PHONES = {
    "+1 (555) 010-0177": "+15550100177",
    "0049 30 1234567": "+49301234567",
    "+44.20.7946.0000": "+442079460000",
}


@pytest.mark.parametrize(("typed", "sent"), PHONES.items())
def test_a_phone_is_sent_as_e164(office: Office, typed: str, sent: str) -> None:
    office.browser.post("/patients/new/", new_form(office, phone=typed))
    assert [row.phone for row in office.api.patients.find(query="Anna").rows] == [sent]


def test_a_namesake_is_shown_before_a_second_one_is_made(office: Office, refresh) -> None:
    refresh()
    form = new_form(office, first_name="theo", last_name="MARSH")
    asked = office.browser.post("/patients/new/", form, headers=PART)
    assert asked.status_code == 422
    assert f'href="/patients/{office.theo}/"' in asked.content.decode()
    assert AuditRecord.objects.count() == 0
    passed = office.browser.post("/patients/new/", form | {"all_the_same": "1"}, headers=PART)
    assert (passed.status_code, len(office.api.patients.find(query="marsh").rows)) == (200, 2)


def test_only_who_may_create_gets_the_form(make_account, sign_in, refresh) -> None:
    for role in (Role.CLINICIAN, Role.MANAGER, Role.ADMINISTRATOR):
        browser = sign_in(make_account(role))
        assert browser.get("/patients/new/").status_code == 403
        assert browser.post("/patients/new/", {"first_name": "A", "last_name": "B"}).status_code == 403


def test_the_directory_by_team_and_text(office: Office) -> None:
    ben = office.clinic.user("Ben", timezone=None)
    from scheduling.directory.models import Team
    from scheduling.services import connection, mirror

    mirror.refresh_staff(office.api, connection.scope_of(office.clinic.credentials), datetime.now(UTC))
    team = Team.objects.get()

    def shown(html: str) -> list[UUID]:
        return [UUID(found) for found in re.findall(r'<tr id="person-([^"]+)"', html)]

    page = office.browser.get("/people/")
    assert shown(page.content.decode()) == [office.ada, ben]
    assert shown(office.browser.get(f"/people/?team={team.pk}").content.decode()) == [office.ada]
    assert shown(office.browser.get("/people/?q=ben").content.decode()) == [office.ada, ben]
    part = office.browser.post("/people/", {"q": "ben", "team": ""}, headers=PART)
    assert shown(part.content.decode()) == [ben]
    assert "<form" not in part.content.decode()
    assert "Not set" in part.content.decode()
    assert shown(office.browser.post("/people/", {"q": "nobody"}).content.decode()) == []


@pytest.mark.parametrize("query", ["?team=999999", "?team=x", "?team=-1"])
def test_a_team_that_is_none(office: Office, query: str) -> None:
    assert office.browser.get(f"/people/{query}").status_code == 404


def test_the_connection_is_for_administrators(office: Office, make_account, sign_in) -> None:
    administrator = sign_in(make_account(Role.ADMINISTRATOR))
    assert 'id="connection-title"' in administrator.get("/people/").content.decode()
    assert 'id="connection-title"' not in office.browser.get("/people/").content.decode()
    for headers in ({}, PART):
        html = administrator.get("/people/connection/", headers=headers).content.decode()
        parts = ["time zone", "database", "files", "proxy", "API settings", "API"]
        assert re.findall(r'data-part="([^"]+)"', html)[:6] == parts
        assert office.clinic.credentials.secret not in html
        assert office.browser.get("/people/connection/", headers=headers).status_code == 403


AGES = {
    "the day before": ("1980-06-15", "2026-06-14", 45),
    "the birthday": ("1980-06-15", "2026-06-15", 46),
    "born on a leap day": ("2000-02-29", "2026-02-28", 25),
    "a day later": ("2000-02-29", "2026-03-01", 26),
    "today": ("2026-06-15", "2026-06-15", 0),
}


@pytest.mark.parametrize(("born", "day", "years"), AGES.values(), ids=AGES)
def test_age(born: str, day: str, years: int) -> None:
    assert age_on(datetime.fromisoformat(born).date(), datetime.fromisoformat(day).date()) == years
