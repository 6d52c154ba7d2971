"""The page of locked hours: locking, lifting, leaving hours to coordinators, and what is said to the refused."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from scheduling.accounts.roles import Role
from scheduling.directory.models import HoursLock, Team
from scheduling.services import hours_locks, work_hours
from scheduling.services.hours_locks import HoursLocked
from scheduling.web.hours_locks import refusal
from scheduling.web.hours_words import range_in_words
from tests.clinic_fixture import Office, next_monday
from tests.web.form_reader import fields_of

pytestmark = pytest.mark.django_db
PAGE = "/hours/locks/"


@pytest.fixture
def boss(office: Office, make_account: Callable[..., Any], sign_in: Callable[..., Browser]) -> Browser:
    manager = make_account(Role.MANAGER, username="mara")
    Team.objects.get().keepers.add(manager)
    return sign_in(manager)


def send(browser: Browser, **typed: str) -> Any:
    fields = {"intent": "", "first": str(next_monday()), "last": str(next_monday()), "reason": "Payroll"} | typed
    intent = re.findall(r'name="intent" value="([^"]+)"[^>]*id="id_intent"', browser.get(PAGE).content.decode())
    return browser.post(PAGE, fields | {"intent": intent[0]}, follow=True)


def test_a_manager_locks_a_team_and_lifts_it(office: Office, boss: Browser) -> None:
    answer = send(boss, whose=f"team:{Team.objects.get().pk}")
    html = answer.content.decode()

    assert "The hours are locked." in html
    assert (html.count("data-lock"), "Locked by mara" in html) == (1, True)

    form = html.split('/lift/"', 1)[1]
    intent = re.search(r'name="intent" value="([^"]+)"', form)
    assert intent
    lifted = boss.post(f"{PAGE}{HoursLock.objects.get().pk}/lift/", {"intent": intent.group(1)}, follow=True)

    assert "The lock is lifted." in lifted.content.decode()
    assert "No days are locked." in lifted.content.decode()


WRONG = {
    "nobody chosen": ({"whose": ""}, "whose"),
    "somebody else's team": ({"whose": "team:999"}, "whose"),
    "no reason": ({"reason": ""}, "reason"),
    "the wrong way round": ({"last": str(next_monday() - timedelta(days=1))}, "last"),
    "a wild year": ({"first": "9999-01-01"}, "first"),
}


@pytest.mark.parametrize(("typed", "field"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_stands_beside_its_field(
    office: Office, boss: Browser, typed: dict[str, str], field: str
) -> None:
    answer = send(boss, **({"whose": f"person:{office.ada}"} | typed))

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not HoursLock.objects.exists()


def test_the_switch_of_a_team(office: Office, boss: Browser) -> None:
    form = boss.get(PAGE).content.decode().split("/delegate/", 1)[1]
    fields = fields_of(form.split("</form>", 1)[0])

    answer = boss.post(f"/hours/teams/{Team.objects.get().pk}/delegate/", fields, follow=True)

    assert "Its people only" in answer.content.decode()
    assert office.browser.get(f"/hours/{office.ada}/new/").status_code == 403


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CLINICIAN])
def test_others_have_no_such_page(
    office: Office, make_account: Callable[..., Any], sign_in: Callable[..., Browser], role: Role
) -> None:
    assert sign_in(make_account(role)).get(PAGE).status_code == 403


FORMS = ("new/", "copy/", "rotation/", "{record}/", "{record}/end/")


@pytest.mark.parametrize("form", FORMS)
def test_a_form_shows_the_lock_before_anything_is_typed(office: Office, boss: Browser, form: str) -> None:
    (record,) = work_hours.read(office.desk, office.ada).records
    address = f"/hours/{office.ada}/{form.format(record=record.id)}"
    before = office.browser.get(address).content.decode()
    send(boss, whose=f"team:{Team.objects.get().pk}")

    after = office.browser.get(address).content.decode()

    assert ("hours-locked" in before, after.count('class="notice hours-locked"')) == (False, 1)
    when = range_in_words(next_monday(), next_monday())
    assert f"<li>{when[0].upper()}{when[1:]} (Nursing): Payroll. Locked by mara.</li>" in after
    assert ("mara can lift the lock." in after, "Lift the lock first" in after) == (True, False)


def test_a_lock_that_comes_while_somebody_types_refuses_and_keeps_what_was_typed(office: Office, boss: Browser) -> None:
    address = f"/hours/{office.ada}/new/"
    fields = fields_of(office.browser.get(address).content.decode())
    send(boss, whose=f"person:{office.ada}")

    answer = office.browser.post(address, fields | {"name": "Short weeks", "d1-0-start": "09:30"})
    html = answer.content.decode()

    assert answer.status_code == 422
    assert "mara locked them. mara can lift the lock. Nothing was saved." in html
    assert ('value="Short weeks"' in html, 'value="09:30"' in html) == (True, True)
    assert len(work_hours.read(office.desk, office.ada).records) == 1


WHOM = {"nobody": ((), "A manager can lift the lock."), "two": (("mara", "ben"), "mara or ben can lift the lock.")}


@pytest.mark.parametrize(("ask", "told"), WHOM.values(), ids=WHOM)
def test_the_words_of_a_refusal_name_days_reason_and_who_can_help(
    office: Office, boss: Browser, ask: tuple[str, ...], told: str
) -> None:
    send(boss, whose=f"person:{office.ada}")

    with pytest.raises(HoursLocked) as refused:
        hours_locks.require_open(office.desk, office.ada, [next_monday()])

    said = refusal(refused.value, ask)
    assert said.startswith("The hours of Ada Quill are locked on Monday ")
    assert said.endswith(f": Payroll. mara locked them. {told} Nothing was saved.")
