"""A clinician's calendar feed: its page, its address, what it shows over time, and what it never shows."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import Feed, FeedEntry
from scheduling.ledger.models import AuditRecord
from scheduling.services import feeds
from scheduling.welkin import EventChange
from tests.clinic_fixture import Office, at, half_hour
from tests.faults.server import EVENTS, Faults
from tests.sandbox_fixture import Sandbox

from .feed_reader import Seen, seen

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r'value="http://localhost:\d+(/feeds/[\w-]+\.ics)"')
MAKE, DETAIL, REVOKE, PAGE = "/account/feed/make/", "/account/feed/detail/", "/account/feed/close/", "/account/feed/"


@pytest.fixture
def sandbox(fault_sandbox: Sandbox) -> Sandbox:
    return fault_sandbox


@dataclass
class Owner:
    """A clinician at a browser, and a calendar program that knows the address."""

    account: Account
    browser: Browser
    address: str = ""

    def make(self, detail: str = "busy") -> str:
        page = self.browser.post(MAKE, {"detail": detail})
        self.address = ADDRESS.search(page.content.decode())[1]
        return self.address

    def ask(self, address: str = "") -> int:
        return Browser().get(address or self.address).status_code

    def events(self) -> list[Seen]:
        answer = Browser().get(self.address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        assert not answer.cookies
        return seen(answer.content)


@pytest.fixture
def ada(office: Office, make_account: Callable[..., Account], sign_in_now: Callable[[Account], Browser]) -> Owner:
    account = make_account(Role.CLINICIAN, welkin_id=office.ada, timezone="America/New_York")
    return Owner(account, sign_in_now(account))


def actions() -> list[str]:
    return list(AuditRecord.objects.filter(action__startswith="feed.").order_by("id").values_list("action", flat=True))


# --- The address -----------------------------------------------------------------------------------------------------


def test_it_is_shown_once_and_kept_as_a_digest(ada: Owner) -> None:
    address = ada.make()
    token = address.removeprefix("/feeds/").removesuffix(".ics")
    assert len(token) >= 43
    assert token not in ada.browser.get(PAGE).content.decode()
    row = Feed.objects.get()
    assert row.token_hash == feeds.digest_of(token)
    assert token not in str(vars(row))
    assert ada.ask() == 200


def test_a_new_address_makes_the_old_one_void(ada: Owner) -> None:
    old, new = ada.make(), ada.make()
    assert (ada.ask(old), ada.ask(new)) == (404, 200)


def test_closing_leaves_nothing_and_can_be_pressed_twice(ada: Owner) -> None:
    ada.make()
    for _ in range(2):
        assert ada.browser.post(REVOKE).status_code == 302
    assert ada.ask() == 404
    assert actions() == ["feed.make", "feed.revoke"]


GONE: dict[str, Callable[[Account], object]] = {
    "the login is closed": lambda account: setattr(account, "is_active", False),
    "another role": lambda account: setattr(account, "role", Role.MANAGER),
    "no Welkin user any more": lambda account: setattr(account, "welkin_id", None),
}


@pytest.mark.parametrize("change", GONE.values(), ids=GONE)
def test_who_may_not_have_one_has_none_at_once(ada: Owner, change: Callable[[Account], object]) -> None:
    ada.make()
    unknown = Browser().get("/feeds/nothing.ics")
    change(ada.account)
    ada.account.save()
    gone = Browser().get(ada.address)
    assert (gone.status_code, gone.content) == (404, unknown.content)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.CLINICIAN])
def test_other_roles_are_offered_none_and_refused(
    office: Office, make_account: Callable[..., Account], sign_in_now: Callable[[Account], Browser], role: Role
) -> None:
    browser = sign_in_now(make_account(role, welkin_id=office.ada))
    assert PAGE not in browser.get("/people/").content.decode()
    assert browser.get(PAGE).status_code == 403
    assert browser.post(MAKE, {"detail": "busy"}).status_code == 403
    assert not Feed.objects.exists()


def test_each_deed_is_in_the_audit_trail(ada: Owner) -> None:
    ada.make()
    ada.make()
    ada.browser.post(DETAIL, {"detail": "kind"})
    ada.browser.post(REVOKE)
    assert actions() == ["feed.make", "feed.rotate", "feed.detail", "feed.revoke"]


def test_no_audit_no_feed(ada: Owner) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TRIGGER no BEFORE INSERT ON ledger_auditrecord BEGIN SELECT RAISE(ABORT, 'x'); END")
    ada.browser.raise_request_exception = False
    assert ada.browser.post(MAKE, {"detail": "busy"}).status_code == 500
    assert not Feed.objects.exists()


@pytest.mark.parametrize("told", [{}, {"detail": "names"}], ids=["nothing", "more than there is"])
def test_a_level_that_is_none_is_asked_for_again(ada: Owner, told: dict[str, str]) -> None:
    answer = ada.browser.post(MAKE, told)
    assert (answer.status_code, Feed.objects.count()) == (422, 0)
    assert "Choose" in answer.content.decode()


def test_it_says_when_it_was_last_asked_for(ada: Owner) -> None:
    ada.make()
    assert "Never yet" in ada.browser.get(PAGE).content.decode()
    ada.events()
    assert "Never yet" not in ada.browser.get(PAGE).content.decode()


def test_whoever_asks_without_end_is_told_to_wait(ada: Owner) -> None:
    ada.make()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        asked = [ada.ask() for _ in range(feeds.MOST + 1)]
        assert (set(asked[:-1]), asked[-1]) == ({200}, 429)
        assert Browser().get(ada.address).headers["Retry-After"] == "601"
        clock.shift(feeds.WHILE)
        assert ada.ask() == 200


def test_whoever_signed_in_long_ago_proves_again_who_they_are(
    ada: Owner, sign_in: Callable[[Account], Browser]
) -> None:
    answer = sign_in(ada.account).post(MAKE, {"detail": "busy"})
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/account/confirm/")
    assert not Feed.objects.exists()


# --- What it shows ---------------------------------------------------------------------------------------------------


def test_the_least_is_what_it_shows_unless_more_is_chosen(office: Office, ada: Owner) -> None:
    told = {"title": "Theo Marsh: wound", "description": "HIV", "additional": {"location": "Room 2"}, "mode": "VIDEO"}
    office.clinic.visit(office.ada, office.theo, start=at(10), **told)
    ada.make()
    [event] = ada.events()
    assert (event.summary, event.place, event.start) == ("Appointment", "", at(10))

    ada.browser.post(DETAIL, {"detail": "initials"})
    [more] = ada.events()
    assert (more.summary, more.place, more.uid) == ("Appointment · Video · T.M.", "Room 2", event.uid)
    assert more.sequence > event.sequence
    assert not {"Theo", "Marsh", "wound", "HIV"} & set(re.findall(r"\w+", Browser().get(ada.address).content.decode()))


def test_visits_of_others_are_not_in_it(office: Office, ada: Owner) -> None:
    ben = office.clinic.user("Ben")
    office.clinic.visit(ben, office.theo, start=at(10))
    ada.make()
    assert ada.events() == []


def test_a_change_raises_its_number_and_nothing_else_does(office: Office, ada: Owner) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    ada.make()
    first = [ada.events()[0] for _ in range(2)]
    assert first[0] == first[1]

    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        office.api.events.change(visit.id, EventChange(when=half_hour(at(13))))
        [moved] = ada.events()
    assert (moved.start, moved.sequence, moved.uid) == (at(13), first[0].sequence + 1, first[0].uid)


def test_what_is_cancelled_or_gone_stays_as_cancelled(office: Office, ada: Owner) -> None:
    deleted, cancelled = (office.clinic.visit(office.ada, office.theo, start=at(hour)) for hour in (10, 12))
    ada.make()
    assert [event.status for event in ada.events()] == ["CONFIRMED"] * 2

    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        office.api.events.delete(deleted.id)
        office.api.events.cancel(cancelled.id)
        for _ in range(2):
            assert [(event.status, event.sequence) for event in ada.events()] == [("CANCELLED", 1)] * 2


def test_what_was_shown_is_sealed(office: Office, ada: Owner) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10), additional={"location": "Room Zanzibar"})
    ada.make("initials")
    ada.events()
    assert b"Zanzibar" not in bytes(FeedEntry.objects.get().sealed)


def test_without_the_api_it_is_as_last_shown_for_a_day_and_then_an_error(
    office: Office, ada: Owner, faults: Faults
) -> None:
    office.clinic.visit(office.ada, office.theo, start=at(10))
    ada.make()
    shown = ada.events()
    faults.rule({"status": 503}, method="GET", path=EVENTS, times=None)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        clock.shift(timedelta(hours=2))
        assert ada.events() == shown
        clock.shift(timedelta(hours=23))
        answer = Browser().get(ada.address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
    assert b"BEGIN" not in answer.content


def test_a_new_feed_of_an_api_that_is_away_is_an_error_and_no_empty_calendar(ada: Owner, faults: Faults) -> None:
    ada.make()
    faults.rule({"status": 503}, method="GET", path=EVENTS, times=None)
    assert ada.ask() == 503


# --- One visit -------------------------------------------------------------------------------------------------------


def test_one_visit_as_a_file_names_nobody_and_is_written_down(office: Office) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10), mode="VIDEO")
    answer = office.browser.get(f"/appointments/{visit.id}/visit.ics")
    [event] = seen(answer.content)
    assert (event.summary, event.start, event.end) == ("Appointment · Video", at(10), at(10, 30))
    assert b"Theo" not in answer.content
    assert list(AuditRecord.objects.values_list("action", "object_id")) == [("appointment.export", str(visit.id))]


def test_a_visit_that_one_may_not_see_is_no_file(
    office: Office, make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    visit = office.clinic.visit(office.ada, office.theo, start=at(10))
    browser = sign_in(make_account(Role.MANAGER))
    assert browser.get(f"/appointments/{visit.id}/visit.ics").status_code == 403
