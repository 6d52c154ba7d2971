"""What a new clinic has to do before anybody can book: the checklist on the administrator's home."""

import re
from collections.abc import Callable

import pytest
from django.test import Client as Browser

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.directory.models import StaffMember, Team
from tests.clinic_fixture import Office

pytestmark = pytest.mark.django_db
STEP = re.compile(r'data-step="(\w+)" data-done="(\w+)"')


def steps(browser: Browser) -> dict[str, str]:
    return dict(STEP.findall(browser.get("/", follow=True).content.decode()))


def test_the_steps_are_done_one_by_one_and_then_are_gone(
    office: Office,
    refresh: Callable[[], None],
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], Browser],
) -> None:
    administrator = sign_in(make_account(Role.ADMINISTRATOR))
    refresh()
    team = Team.objects.get()
    team.keepers.clear()
    Account.objects.exclude(role=Role.ADMINISTRATOR).update(is_active=False)
    StaffMember.objects.filter(welkin_id=office.ada).update(timezone="")
    assert steps(administrator) == {"connection": "yes", "people": "no", "teams": "no", "logins": "no"}
    assert "1 person has no time zone" in administrator.get("/people/").content.decode()

    StaffMember.objects.filter(welkin_id=office.ada).update(timezone="America/New_York")
    team.keepers.add(make_account(Role.COORDINATOR))
    assert steps(administrator) == {"connection": "yes", "people": "yes", "teams": "yes", "logins": "no"}
    make_account(Role.CLINICIAN, welkin_id=office.ada)
    assert steps(administrator) == {}


def test_the_page_itself_reaches_the_service_and_the_rest_is_to_do(
    make_account: Callable[..., Account], sign_in: Callable[[Account], Browser]
) -> None:
    administrator = sign_in(make_account(Role.ADMINISTRATOR))
    assert steps(administrator) == {"connection": "yes", "people": "no", "teams": "no", "logins": "no"}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_others_are_told_nothing_of_it(
    make_account: Callable[..., Account], sign_in: Callable[[Account], Browser], role: Role
) -> None:
    assert "data-step" not in sign_in(make_account(role)).get("/people/").content.decode()
