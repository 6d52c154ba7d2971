"""An administrator says how long visits usually are and where they take place; whoever books begins with that."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from scheduling.accounts.roles import Role
from scheduling.directory.models import VisitDefaults
from scheduling.ledger.models import AuditRecord
from tests.clinic_fixture import Office, at

from .form_reader import fields_of

pytestmark = pytest.mark.django_db
PAGE = "/people/visits/"
TYPED = {"minutes_appointment": "45", "minutes_group_therapy": "90", "locations": "Room 2\n\n  Room   1 \nRoom 2\nYard"}


@pytest.fixture
def browser(office: Office, make_account: Callable[..., Any], sign_in: Callable[..., Browser]) -> Browser:
    return sign_in(make_account(Role.ADMINISTRATOR, username="root"))


def opened(browser: Browser, **typed: str) -> dict[str, Any]:
    return fields_of(browser.get(PAGE).content.decode()) | typed


def lines() -> list[list[Any]]:
    rows = AuditRecord.objects.filter(action="visits.defaults").order_by("id")
    return list(rows.values_list("before_after", flat=True))


def test_what_is_saved_is_what_a_new_visit_and_a_search_begin_with(browser: Browser, office: Office) -> None:
    assert browser.post(PAGE, opened(browser, **TYPED)).headers["Location"] == PAGE

    form = office.browser.get("/appointments/new/").content.decode()
    assert fields_of(form)["minutes"] == ["45"]
    assert 'data-usual-minutes="45" data-group-minutes="90"' in form
    assert '<datalist id="visit-locations"><option value="Room 2"></option><option value="Room 1"></option>' in form
    found = office.browser.get("/find/").content.decode()
    assert fields_of(found)["minutes"] == ["45"]
    assert 'data-usual-minutes="45" data-group-minutes="90"' in found
    assert fields_of(office.browser.get("/find/?type=GROUP_THERAPY").content.decode())["minutes"] == ["90"]
    assert lines() == [
        [["appointment", 30, 45], ["group_therapy", 60, 90], ["locations", "", "Room 2; Room 1; Yard"]],
    ]


def test_a_link_still_says_its_own_length(browser: Browser, office: Office) -> None:
    browser.post(PAGE, opened(browser, **TYPED))

    assert fields_of(office.browser.get("/appointments/new/?minutes=20").content.decode())["minutes"] == ["20"]


def test_a_visit_that_is_edited_is_offered_the_locations(browser: Browser, office: Office) -> None:
    browser.post(PAGE, opened(browser, **TYPED))
    visit = office.clinic.visit(office.ada, office.theo, start=at(9))

    assert '<option value="Yard">' in office.browser.get(f"/appointments/{visit.id}/edit/").content.decode()


def test_without_a_word_the_shipped_lengths_hold(office: Office) -> None:
    form = office.browser.get("/appointments/new/").content.decode()

    assert fields_of(form)["minutes"] == ["30"]
    assert 'data-group-minutes="60"' in form
    assert not VisitDefaults.objects.exists()


def test_the_same_once_more_writes_nothing(browser: Browser) -> None:
    for _press in range(2):
        assert browser.post(PAGE, opened(browser, **TYPED)).status_code == 302

    assert len(lines()) == 1


def test_what_somebody_else_saved_meanwhile_is_not_overwritten_unseen(browser: Browser) -> None:
    mine = opened(browser, minutes_appointment="20")
    browser.post(PAGE, opened(browser, **TYPED))

    answer = browser.post(PAGE, mine)

    assert (answer.status_code, VisitDefaults.objects.get().lengths["APPOINTMENT"]) == (422, 45)
    again = fields_of(answer.content.decode())
    assert again["minutes_appointment"] == ["20"]
    assert browser.post(PAGE, again).status_code == 302
    assert VisitDefaults.objects.get().lengths["APPOINTMENT"] == 20


BAD = {
    "a length that is not offered": ({"minutes_appointment": "17"}, "minutes_appointment"),
    "no length": ({"minutes_group_therapy": ""}, "minutes_group_therapy"),
    "a word for a length": ({"minutes_appointment": "long"}, "minutes_appointment"),
    "a location as long as a letter": ({"locations": "x" * 201}, "locations"),
    "too many locations": ({"locations": "\n".join(f"Room {number}" for number in range(201))}, "locations"),
}


@pytest.mark.parametrize(("typed", "at"), BAD.values(), ids=BAD)
def test_a_mistake_is_told_at_its_field(browser: Browser, typed: dict[str, str], at: str) -> None:
    answer = browser.post(PAGE, opened(browser, **TYPED | typed))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [at])
    assert lines() == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_may(office: Office, make_account: Any, sign_in: Any, role: Role) -> None:
    other = sign_in(make_account(role))

    assert [getattr(other, method)(PAGE).status_code for method in ("get", "post")] == [403, 403]
    assert PAGE not in other.get("/people/").content.decode()
