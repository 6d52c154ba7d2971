"""Who stands in for somebody on leave, on the boards: by name, for everybody who sees the leave."""

from typing import Any

import pytest

from scheduling.accounts.roles import Role
from scheduling.domain.event import EventType
from tests.clinic_fixture import Office, at, next_monday

from .board_reader import read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/week/{ada}/{week}/", "/day/{day}/"], ids=["week", "day"])
@pytest.mark.parametrize(
    ("role", "text"),
    [(Role.COORDINATOR, "Leave Course Cover: Ben Quill"), (Role.ADMINISTRATOR, "Leave Cover: Ben Quill")],
    ids=["with-names", "busy-only"],
)
def test_leave_names_its_cover(
    office: Office, make_team: Any, make_account: Any, sign_in: Any, address: str, role: Role, text: str
) -> None:
    ben = office.clinic.user("Ben")
    browser = office.browser if role is Role.COORDINATOR else sign_in(make_account(role))
    make_team("Both", members=[office.ada, ben], keepers=[office.coordinator])
    leave = office.clinic.visit(
        office.ada, start=at(9), minutes=480, type=EventType.LEAVE, title="Course", additional={"cover": str(ben)}
    )

    page = read(browser.get(address.format(ada=office.ada, week=f"{next_monday():%G-W%V}", day=next_monday())))

    assert [row.text for row in page.all("data-event-id", str(leave.id))] == [text]
