"""Closures, places and public holidays over HTTP: who may change what, what is asked first, and what comes of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import Closure
from scheduling.ledger.models import AuditRecord
from scheduling.services import connection
from scheduling.welkin import Credentials
from tests.clinic_fixture import Office, at, next_monday

from .board_reader import read
from .closing_steps import audited, html_of, made, place_of
from .form_reader import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(office: Office, make_account: Any, sign_in: Any) -> Browser:
    """A manager's browser."""
    return sign_in(make_account(Role.MANAGER, timezone="America/New_York"))


def typed(**more: str) -> dict[str, str]:
    day = next_monday().isoformat()
    return {"name": "Stocktaking", "place": "", "first": day, "last": day, "starts": "", "ends": "", **more}


# --- Closures ---------------------------------------------------------------------------------------------------------


def test_a_closure_is_made_and_stands_on_the_page(office: Office, keeper: Browser) -> None:
    answer = keeper.post("/closures/new/", typed(starts="12:00", ends="00:00"), follow=True)

    [row] = Closure.objects.all()
    assert "“Stocktaking” is saved." in html_of(answer)
    line = read(answer).all("data-closure-id", str(row.pk))[0].text
    assert [part for part in (f"{next_monday().day} ", "12:00 to 24:00", "Everywhere") if part not in line] == []
    facts = [
        'name: – → "Stocktaking"',
        f'first: – → "{next_monday()}"',
        f'last: – → "{next_monday()}"',
        'starts: – → "12:00"',
        'ends: – → "00:00"',
    ]
    assert audited("closure.make") == [("requested", facts), ("confirmed", facts)]


def test_the_visits_in_its_time_are_told_before_it_is_saved(office: Office, keeper: Browser, api_calls: Any) -> None:
    for hour in (9, 11, 13):
        office.clinic.visit(office.ada, office.theo, start=at(hour))
    office.clinic.visit(office.ada, office.theo, start=at(11, 30), status="CANCELLED")
    office.clinic.visit(office.ada, start=at(11), minutes=60, type="LEAVE")
    told = typed(starts="10:00", ends="14:00")

    with api_calls() as seen:
        asked = keeper.post("/closures/new/", told)
    assert (asked.status_code, len(seen), Closure.objects.count()) == (200, 1, 0)
    assert "2 booked visits stand in this time." in html_of(asked)
    assert fields_of(html_of(asked))["name"] == ["Stocktaking"]

    saved = keeper.post("/closures/new/", {**told, "confirm": "2"}, follow=True)
    assert Closure.objects.count() == 1
    assert "2 booked visits stand in this time." in html_of(saved)


def test_another_number_than_was_seen_is_asked_again(office: Office, keeper: Browser) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(11))

    answer = keeper.post("/closures/new/", {**typed(), "confirm": "7"})

    assert ("1 booked visit stands in this time." in html_of(answer), Closure.objects.count()) == (True, 0)


def test_only_the_people_of_the_place_are_counted(office: Office, keeper: Browser) -> None:
    ben = office.clinic.user("Ben")
    place = place_of(office)
    office.clinic.visit(ben, office.theo, start=at(11))

    keeper.post("/closures/new/", typed(place=str(place.pk)))

    assert Closure.objects.get().place == place


def test_a_calendar_that_does_not_answer_is_said_and_nothing_is_lost(
    office: Office, keeper: Browser, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "credentials", lambda: replace(credentials, url="http://127.0.0.1:9"))
    asked = keeper.post("/closures/new/", typed())
    assert "it is not known whether visits are booked" in html_of(asked)
    assert fields_of(html_of(asked))["name"] == ["Stocktaking"]

    keeper.post("/closures/new/", {**typed(), "confirm": "unread"})
    assert Closure.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"last": "2020-01-01"}, "last"),
        ({"last": "2099-01-01"}, "last"),
        ({"first": "1970-01-01", "last": "1970-01-01"}, "first"),
        ({"starts": "10:00"}, "ends"),
        ({"ends": "10:00"}, "starts"),
        ({"starts": "12:00", "ends": "10:00"}, "ends"),
        ({"place": "4711"}, "place"),
    ],
    ids=["no-name", "ends-before", "too-long", "too-early", "no-end", "no-start", "backwards", "no-such-place"],
)
def test_what_makes_no_sense_is_said_at_its_field(
    office: Office, keeper: Browser, more: dict[str, str], field: str
) -> None:
    answer = keeper.post("/closures/new/", typed(**more))

    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert Closure.objects.count() == 0


def test_a_closure_is_changed_and_the_trail_says_from_what_to_what(office: Office, keeper: Browser) -> None:
    row = made(office)
    last = next_monday() + timedelta(days=1)

    keeper.post(f"/closures/{row.pk}/", typed(name="Fire drill", last=last.isoformat()))

    row.refresh_from_db()
    assert (row.name, row.last) == ("Fire drill", last)
    assert audited("closure.change")[1] == (
        "confirmed", ['name: "Drill" → "Fire drill"', f'last: "{next_monday()}" → "{last}"'],
    )  # fmt: skip


def test_a_delete_is_asked_for_and_can_be_taken_back_once(office: Office, keeper: Browser) -> None:
    row = made(office)
    assert "Delete “Drill”?" in html_of(keeper.get(f"/closures/{row.pk}/delete/"))

    gone = keeper.post(f"/closures/{row.pk}/delete/", follow=True)
    assert ("“Drill” is deleted." in html_of(gone), Closure.objects.count()) == (True, 0)
    assert keeper.post(f"/closures/{row.pk}/delete/").status_code == 302  # pressed twice

    back = keeper.post("/closures/back/", follow=True)
    keeper.post("/closures/back/")
    assert ("“Drill” is back." in html_of(back), Closure.objects.count()) == (True, 1)


def test_the_same_closure_twice_is_one(office: Office, keeper: Browser) -> None:
    for _press in range(2):
        keeper.post("/closures/new/", typed())

    assert Closure.objects.count() == 1


# --- Who, and where it shows ------------------------------------------------------------------------------------------

WRITES = [
    ("/closures/new/", typed),
    ("/closures/{closure}/", typed),
    ("/closures/{closure}/delete/", dict),
    ("/closures/back/", dict),
    ("/closures/places/new/", lambda: {"name": "Hill"}),
    ("/closures/places/{place}/", lambda: {"name": "Hill"}),
    ("/closures/places/{place}/delete/", dict),
    ("/closures/places/{place}/2027-12-25/", lambda: {"worked": "1"}),
]


@pytest.mark.parametrize(("address", "told"), WRITES, ids=[address for address, _told in WRITES])
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN])
def test_others_look_and_change_nothing(
    office: Office, make_account: Any, sign_in: Any, role: Role, address: str, told: Any
) -> None:
    row, place = made(office), place_of(office, country="US")
    account: Account = make_account(role)
    browser = sign_in(account)

    answer = browser.post(address.format(closure=row.pk, place=place.pk), told())

    page = html_of(browser.get("/closures/"))
    assert (answer.status_code, "Drill" in page, "New closure" in page) == (403, True, False)
    assert list(AuditRecord.objects.values_list("action", flat=True)) == ["access.denied"]


def test_another_tenants_closure_is_not_there(office: Office, keeper: Browser) -> None:
    row = made(office)
    Closure.objects.filter(pk=row.pk).update(scope="another")

    assert keeper.get(f"/closures/{row.pk}/").status_code == 404
    assert "Drill" not in html_of(keeper.get("/closures/"))


@pytest.mark.parametrize("address", ["/week/{ada}/{week}/", "/day/{day}/"], ids=["week", "day"])
def test_the_boards_show_it_by_name_and_offer_nothing_there(office: Office, address: str) -> None:
    row = made(office)
    Closure.objects.filter(pk=row.pk).update(starts="09:00", ends="16:30")
    week = f"{next_monday():%G-W%V}"

    page = read(office.browser.get(address.format(ada=office.ada, week=week, day=next_monday())))

    column = page.all("data-date", next_monday().isoformat())[0]
    [block] = column.all("data-closure")
    assert (block.attrs["title"], block.attrs["data-start"]) == (
        "Closed, Drill, 09:00 to 16:30", f"{at(9):%Y-%m-%dT%H:%M:%SZ}",
    )  # fmt: skip
    assert [free.attrs["data-start"] for free in column.all("data-free")] == [f"{at(16, 30):%Y-%m-%dT%H:%M:%SZ}"]
    assert [figure.attrs["data-value"] for figure in column.all("data-metric", "offered")] == ["30"]
    assert any("Closed, Drill, 09:00 to 16:30" in banner.text for banner in page.all("data-tone", "info"))


def test_a_booking_there_is_refused_by_name(office: Office) -> None:
    made(office)
    query = f"?clinician={office.ada}&start={at(10):%Y-%m-%dT%H:%M:%SZ}&patient={office.theo}"
    fields = fields_of(html_of(office.browser.get(f"/appointments/new/{query}")))

    answer = office.browser.post("/appointments/new/", {**fields, "step": ["book"]})

    assert answer.status_code == 422
    assert [part for part in ('data-conflict="CLOSURE"', "(Drill)") if part not in html_of(answer)] == []
