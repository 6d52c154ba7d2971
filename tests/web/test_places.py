"""Places and public holidays over HTTP: what a change of them closes is told first, and how a place ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from scheduling.accounts.roles import Role
from scheduling.directory.models import Closure, HolidayException, Place, StaffMember, Team
from scheduling.domain.interval import Interval
from scheduling.ledger.models import AuditRecord
from scheduling.services import closures, connection, public_holidays
from scheduling.welkin import Credentials
from tests.clinic_fixture import NEW_YORK, Office, at, next_monday

from .board_reader import read
from .closing_steps import audited, html_of, made, place_of
from .form_reader import fields_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(office: Office, make_account: Any, sign_in: Any) -> Browser:
    """A manager's browser."""
    return sign_in(make_account(Role.MANAGER, timezone="America/New_York"))


# --- Places and public holidays ---------------------------------------------------------------------------------------


def test_a_place_brings_the_public_holidays_of_its_country(office: Office, keeper: Browser) -> None:
    team = Team.objects.get(name="Nursing")
    told = {"name": "Harbor", "country": "US", "subdivision": "ny", "teams": [str(team.pk)]}

    page = read(keeper.post("/closures/places/new/", told, follow=True))

    assert [(row.name, row.subdivision) for row in Place.objects.filter(teams=team)] == [("Harbor", "NY")]
    assert f"{date.today().year + 1}-12-25" in {row.attrs["data-holiday"] for row in page.all("data-holiday")}


@pytest.mark.parametrize(
    ("more", "field"),
    [({"name": "Hill"}, "name"), ({"subdivision": "XX"}, "subdivision"), ({"country": "ZZ"}, "country")],
    ids=["name-taken", "no-such-state", "no-such-country"],
)
def test_a_place_that_cannot_be(office: Office, keeper: Browser, more: dict[str, str], field: str) -> None:
    Place.objects.create(scope=office.desk.scope, name="Hill")

    answer = keeper.post("/closures/places/new/", {"name": "Harbor", "country": "US", **more})

    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)


def test_a_holiday_can_be_worked_and_closed_after_all(office: Office, keeper: Browser) -> None:
    place = place_of(office, country="US")
    day = date(datetime.now(UTC).year + 1, 12, 25)
    address = f"/closures/places/{place.pk}/{day}/"

    keeper.post(address, {"worked": "1"})
    keeper.post(address, {"worked": "1"})
    assert [row.day for row in HolidayException.objects.all()] == [day]
    keeper.post(address, {"worked": "0"})

    assert (HolidayException.objects.count(), len(audited("holiday.work"))) == (0, 4)
    assert keeper.post(f"/closures/places/{place.pk}/{day - timedelta(days=3)}/").status_code == 404


# --- What closes time is told first -----------------------------------------------------------------------------------


def holiday_of(country: str = "US") -> date:
    """The first public holiday from next Monday on."""
    days = public_holidays.days_of(country, "", next_monday().year) | public_holidays.days_of(
        country, "", next_monday().year + 1
    )
    return min(day for day in days if day >= next_monday())


def booked_on(office: Office, day: date) -> None:
    start = datetime.combine(day, time(11), NEW_YORK).astimezone(UTC)
    office.clinic.visit(office.ada, office.theo, start=start)


def keep_open(place: Place, day: date) -> None:
    HolidayException.objects.create(place=place, day=day)


def set_country(place: Place) -> tuple[str, dict[str, Any]]:
    Place.objects.filter(pk=place.pk).update(country="")
    teams = [str(team.pk) for team in place.teams.all()]
    return f"/closures/places/{place.pk}/", {"name": "Harbor", "country": "US", "teams": teams}


def close_after_all(place: Place) -> tuple[str, dict[str, Any]]:
    keep_open(place, holiday_of())
    return f"/closures/places/{place.pk}/{holiday_of()}/", {"worked": "0"}


def move_a_team_in(place: Place) -> tuple[str, dict[str, Any]]:
    teams = [str(team.pk) for team in place.teams.all()]
    Team.objects.update(place=None)
    return f"/closures/places/{place.pk}/", {"name": "Harbor", "country": "US", "teams": teams}


def make_a_place(place: Place) -> tuple[str, dict[str, Any]]:
    _address, told = move_a_team_in(place)
    return "/closures/places/new/", {**told, "name": "Hill"}


CLOSING = [set_country, close_after_all, move_a_team_in, make_a_place]


@pytest.mark.parametrize("change", CLOSING, ids=[change.__name__ for change in CLOSING])
def test_the_visits_that_a_change_of_places_strands_are_told_before_it_is_saved(
    office: Office, keeper: Browser, change: Callable[[Place], tuple[str, dict[str, Any]]]
) -> None:
    address, told = change(place_of(office, country="US"))
    booked_on(office, holiday_of())
    booked_on(office, holiday_of() - timedelta(days=1))
    midnight = datetime.combine(holiday_of(), time(), NEW_YORK).astimezone(UTC)
    window = Interval(midnight, midnight + timedelta(hours=24))

    def shut() -> int:
        return len(closures.for_people(office.desk, [office.ada], window)[office.ada])

    asked = keeper.post(address, told)
    page = html_of(asked)
    assert (asked.status_code, "1 booked visit stands in time that this closes." in page, shut()) == (200, True, 0)
    assert (f'href="/day/{holiday_of()}/"' in page, AuditRecord.objects.count()) == (True, 0)

    keeper.post(address, {**told, "confirm": "1"})
    assert shut() > 0


def test_what_opens_time_or_meets_nobody_asks_nothing_and_reads_nothing(
    office: Office, keeper: Browser, api_calls: Any
) -> None:
    place = place_of(office, country="US")
    booked_on(office, holiday_of())

    with api_calls() as seen:
        keeper.post(f"/closures/places/{place.pk}/{holiday_of()}/", {"worked": "1"})
        answer = keeper.post(f"/closures/places/{place.pk}/", {"name": "Quay", "country": ""}, follow=True)

    assert (seen, "“Quay” is saved." in html_of(answer)) == ([], True)


def test_a_calendar_that_does_not_answer_is_said_before_a_holiday_is_kept(
    office: Office, keeper: Browser, credentials: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, told = close_after_all(place_of(office, country="US"))
    monkeypatch.setattr(connection, "credentials", lambda: replace(credentials, url="http://127.0.0.1:9"))

    assert "it is not known whether visits are booked" in html_of(keeper.post(address, told))
    keeper.post(address, {**told, "confirm": "unread"})
    assert HolidayException.objects.count() == 0


def test_a_closure_that_comes_back_tells_what_was_booked_meanwhile(office: Office, keeper: Browser) -> None:
    row = made(office)
    keeper.post(f"/closures/{row.pk}/delete/")
    office.clinic.visit(office.ada, office.theo, start=at(11))

    assert "1 booked visit stands" in html_of(keeper.post("/closures/back/"))
    assert Closure.objects.count() == 0
    keeper.post("/closures/back/", {"confirm": "1"})
    assert Closure.objects.count() == 1


# --- Places that change, and end --------------------------------------------------------------------------------------


def test_a_place_that_somebody_changed_meanwhile_is_not_overwritten_unseen(office: Office, keeper: Browser) -> None:
    place = place_of(office)
    fields = fields_of(html_of(keeper.get(f"/closures/places/{place.pk}/")))
    Place.objects.filter(pk=place.pk).update(name="Pier")

    answer = keeper.post(f"/closures/places/{place.pk}/", {**fields, "name": ["Quay"]})
    place.refresh_from_db()
    assert (answer.status_code, "it is now “Pier”" in html_of(answer), place.name) == (422, True, "Pier")

    keeper.post(f"/closures/places/{place.pk}/", fields_of(html_of(answer)))
    place.refresh_from_db()
    assert place.name == "Quay"


def test_a_place_is_deleted_with_what_is_over_and_its_teams_stay(office: Office, keeper: Browser) -> None:
    place, row = place_of(office), made(office)
    long_ago = date(2024, 1, 1)
    Closure.objects.filter(pk=row.pk).update(place=place, first=long_ago, last=long_ago)
    address = f"/closures/places/{place.pk}/delete/"
    page = html_of(keeper.get(address))
    assert [text for text in ("Delete “Harbor”?", "Nursing", "1 closure that is over") if text not in page] == []

    assert "“Harbor” is deleted." in html_of(keeper.post(address, follow=True))
    assert keeper.post(address).status_code == 302  # pressed twice

    assert (Place.objects.count(), Closure.objects.count(), Team.objects.get(name="Nursing").place) == (0, 0, None)
    assert audited("place.delete")[1] == ("confirmed", ['name: "Harbor" → –', 'teams: ["Nursing"] → –'])
    assert audited("closure.delete")[1][1][0] == 'name: "Drill" → –'


def test_a_place_with_closures_ahead_is_kept(office: Office, keeper: Browser) -> None:
    place, row = place_of(office), made(office)
    Closure.objects.filter(pk=row.pk).update(place=place)

    answer = keeper.post(f"/closures/places/{place.pk}/delete/")

    assert (answer.status_code, "while closures of it lie ahead" in html_of(answer)) == (422, True)
    assert (Place.objects.count(), Closure.objects.count(), AuditRecord.objects.count()) == (1, 1, 0)


def test_a_closure_whose_place_is_deleted_cannot_come_back_and_it_is_said(office: Office, keeper: Browser) -> None:
    place, row = place_of(office), made(office)
    Closure.objects.filter(pk=row.pk).update(place=place)
    keeper.post(f"/closures/{row.pk}/delete/")
    keeper.post(f"/closures/places/{place.pk}/delete/")

    answer = keeper.post("/closures/back/", follow=True)

    assert "cannot come back: its place was deleted." in html_of(answer)
    assert "“Drill” is deleted." not in html_of(answer)


def test_people_at_two_places_are_named(office: Office, keeper: Browser) -> None:
    place_of(office)
    hill = Place.objects.create(scope=office.desk.scope, name="Hill")
    team = Team.objects.create(scope=office.desk.scope, name="Night", place=hill)
    member = StaffMember.objects.get(welkin_id=office.ada)
    assert "Teams at several places" not in html_of(keeper.get("/closures/"))
    team.members.add(member)

    text = f"closed where any of these is: {member.first_name} {member.last_name} (Harbor, Hill)."
    assert text in html_of(keeper.get("/closures/"))
