"""What a person reads when something fails: as a page and as a part, in plain words, with no insides."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client as Browser

from scheduling.accounts.roles import Role
from scheduling.services import connection
from scheduling.web import failures
from scheduling.welkin import Client, Credentials, Policy, errors
from tests.clinic_fixture import Office

PART = {"HX-Request": "true"}
INSIDES = re.compile(
    r"Traceback|WelkinError|scheduling\.|site-packages|/welkin/|SELECT |Exception|Refused\b|127\.0\.0\.1"
)


@pytest.fixture
def silent_address() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def speak_to(monkeypatch: pytest.MonkeyPatch, office: Office) -> Callable[..., None]:
    """`speak_to(secret="wrong")`: from now on these are the credentials, with a short patience."""

    def change(**changed: str) -> None:
        own = replace(office.clinic.credentials, **changed)
        client = Client(own, policy=Policy(read_deadline=0.6, connect_timeout=0.3), observe=connection.note_call)
        monkeypatch.setattr(connection, "credentials", lambda: own)
        monkeypatch.setattr(connection, "client_for", lambda _chosen: client)

    return change


BROKEN: dict[str, tuple[dict[str, str], int, failures.Failure]] = {
    "a dead port": ({"url": "http://127.0.0.1:9"}, 503, failures.UNREACHABLE),
    "a slow server": ({"url": "silent"}, 503, failures.SLOW),
    "a wrong secret": ({"secret": "wrong"}, 502, failures.CREDENTIALS),
    "an unknown tenant": ({"tenant": "nowhere"}, 502, failures.CREDENTIALS),
    "an unknown instance": ({"instance": "nowhere"}, 502, failures.TENANT),
    "no API at the path": ({"url": "path"}, 502, failures.TENANT),
}


@pytest.mark.parametrize(("changed", "status", "failure"), BROKEN.values(), ids=BROKEN)
def test_an_api_that_cannot_be_used(
    office: Office, speak_to, silent_address: str, changed: dict[str, str], status: int, failure: failures.Failure
) -> None:
    special = {"silent": silent_address, "path": f"{office.clinic.credentials.url}/elsewhere"}
    speak_to(**{name: special.get(value, value) for name, value in changed.items()})
    address = f"/patients/{office.theo}/"

    page, part = office.browser.get(address), office.browser.get(address, headers=PART)

    for answer in (page, part):
        html = answer.content.decode()
        assert answer.status_code == status
        assert str(failure.title) in html
        assert f'<a class="button button-primary" href="{address}">' in html
        assert INSIDES.search(html) is None
    assert "<html" in page.content.decode()
    assert "<html" not in part.content.decode()
    told = {"title": str(failure.title), "text": str(failure.sentence)}
    assert json.loads(part.headers["HX-Trigger"]) == {"notice": told}


def test_a_form_comes_back_filled_when_nothing_could_be_sent(office: Office, speak_to) -> None:
    html = office.browser.get("/patients/new/").content.decode()
    (intent,) = re.findall(r'name="intent" value="([^"]+)"', html)
    form = {"intent": intent, "first_name": "Anna", "last_name": "Ek"}
    good = office.clinic.credentials
    speak_to(url="http://127.0.0.1:9")
    for headers in ({}, PART):
        answer = office.browser.post("/patients/new/", form, headers=headers)
        text = answer.content.decode()
        assert (answer.status_code, 'value="Anna"' in text, str(failures.UNREACHABLE.title) in text) == (
            422,
            True,
            True,
        )
        assert f'value="{intent}"' in text
    speak_to(url=good.url)
    assert office.browser.post("/patients/new/", form).status_code == 302


def test_a_right_that_is_missing(make_account, sign_in, office: Office) -> None:
    browser = sign_in(make_account(Role.MANAGER))
    page, part = (browser.get(f"/patients/{office.theo}/", headers=headers) for headers in ({}, PART))
    for answer in (page, part):
        assert (answer.status_code, "Your role does not allow this" in answer.content.decode()) == (403, True)
        assert "Theo" not in answer.content.decode()
        assert "HX-Trigger" not in answer.headers
    assert "<html" not in part.content.decode()


def test_a_session_that_has_ended(office: Office) -> None:
    office.browser.logout()
    page = office.browser.get("/people/?team=1")
    assert (page.status_code, page.headers["Location"]) == (302, "/account/login/?next=/people/%3Fteam%3D1")
    headers = PART | {"HX-Current-URL": "http://testserver/week/?hours=all"}
    part = office.browser.get("/people/", headers=headers)
    link = "/account/login/?next=%2Fweek%2F%3Fhours%3Dall"
    assert (part.status_code, f'href="{link}"' in part.content.decode()) == (401, True)
    assert json.loads(part.headers["HX-Trigger"]) == {"session-ended": {"login": link}}


FOREIGN = ["http://evil.example//evil.example", "javascript:alert(1)", "http://[broken"]


@pytest.mark.parametrize("current", FOREIGN)
def test_coming_back_never_leads_to_another_site(office: Office, current: str) -> None:
    office.browser.logout()
    part = office.browser.get("/people/", headers=PART | {"HX-Current-URL": current})
    assert "evil.example" not in part.headers["HX-Trigger"]
    assert "javascript" not in part.headers["HX-Trigger"]


UNKNOWN = ["/patients/{}/", "/appointments/{}/", "/week/{}/", "/hours/{}/", "/nothing/", "/people/x"]


@pytest.mark.parametrize("address", UNKNOWN)
def test_what_is_not_there(office: Office, address: str) -> None:
    for headers in ({}, PART):
        answer = office.browser.get(address.format(uuid4()), headers=headers, follow=True)
        assert answer.status_code == 404
        assert INSIDES.search(answer.content.decode()) is None


def test_a_form_without_its_token(office: Office) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(office.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    for headers in ({}, PART):
        answer = strict.post("/patients/new/", {"first_name": "A"}, headers=headers)
        assert (answer.status_code, "This form is too old" in answer.content.decode()) == (403, True)


def test_a_host_that_is_not_ours(office: Office) -> None:
    answer = office.browser.get("/people/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


def test_what_is_not_set_up_is_said(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Credentials:
        raise connection.NotConfigured("WELKIN_URL is set, but WELKIN_SECRET is missing.")

    monkeypatch.setattr(connection, "credentials", missing)
    for headers in ({}, PART):
        answer = office.browser.get("/people/", headers=headers)
        assert answer.status_code == 503
        assert "WELKIN_URL is set, but WELKIN_SECRET is missing." in answer.content.decode()


KINDS: dict[str, tuple[errors.WelkinError, failures.Failure]] = {
    "unknown outcome": (errors.Unknown(), failures.UNKNOWN),
    "overloaded": (errors.Unavailable(), failures.UNREACHABLE),
    "forbidden": (errors.Forbidden(), failures.CLOSED),
    "no such thing": (errors.NotFound(route="/{tenant}/{instance}/patients/{patient}"), failures.NOT_FOUND),
    "no such list": (errors.NotFound(route="/{tenant}/{instance}/patients"), failures.TENANT),
    "garbage": (errors.Malformed(), failures.MALFORMED),
    "refused": (errors.Refused(), failures.REFUSED),
}


@pytest.mark.parametrize(("error", "failure"), KINDS.values(), ids=KINDS)
def test_each_error_has_its_words(error: errors.WelkinError, failure: failures.Failure) -> None:
    assert failures.failure_of(error) is failure
