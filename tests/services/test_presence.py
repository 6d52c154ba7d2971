"""Who has a visit open: until its form went through, was closed or fell silent, told to those who may see it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from scheduling.accounts.models import Account
from scheduling.accounts.roles import Role
from scheduling.domain.event import Event
from scheduling.ledger.models import Intent, Presence
from scheduling.services import presence, writes
from scheduling.services.desk import Desk
from scheduling.services.presence import GONE_AFTER, KEPT_FOR
from tests.clinic_fixture import Office, at

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=1)


@pytest.fixture
def visit(office: Office) -> Event:
    return office.clinic.visit(office.ada, office.theo, start=at(10))


@pytest.fixture
def ada(office: Office, make_account: Callable[..., Account]) -> Desk:
    return office.desk_of(make_account(Role.CLINICIAN, welkin_id=office.ada), now=office.desk.now)


def after(desk: Desk, passed: timedelta) -> Desk:
    return replace(desk, now=desk.now + passed)


def opened(desk: Desk, visit: Event) -> str:
    intent = writes.mint(desk)
    presence.opened(desk, visit, intent)
    return intent


def names(desk: Desk, visit: Event) -> list[str]:
    return [editor.name for editor in presence.others(desk, visit.id)]


def close(desk: Desk, visit: Event, intent: str) -> None:
    presence.leave(desk, visit.id, intent)


def go_on(desk: Desk, visit: Event, intent: str) -> None:
    presence.stay(after(desk, GONE_AFTER - MOMENT), visit.id, intent)


def go_on_as_the_next_of_its_line(desk: Desk, visit: Event, intent: str) -> None:
    go_on(desk, visit, f"{intent}~2")


def close_and_come_back(desk: Desk, visit: Event, intent: str) -> None:
    close(desk, visit, intent)
    go_on(desk, visit, intent)


def save(desk: Desk, visit: Event, intent: str) -> None:
    Intent.objects.filter(key=intent).update(state=Intent.State.CONFIRMED)


def nothing(desk: Desk, visit: Event, intent: str) -> None:
    pass


@pytest.mark.parametrize(
    ("then", "later", "told"),
    [
        pytest.param(nothing, timedelta(), True, id="just opened"),
        pytest.param(nothing, GONE_AFTER - MOMENT, True, id="silent for less than it takes"),
        pytest.param(nothing, GONE_AFTER, False, id="silent for long"),
        pytest.param(go_on, GONE_AFTER, True, id="heard of since"),
        pytest.param(go_on_as_the_next_of_its_line, GONE_AFTER, True, id="came back under the next intent"),
        pytest.param(close, timedelta(), False, id="closed"),
        pytest.param(close_and_come_back, GONE_AFTER, True, id="closed, and back from the browser's memory"),
        pytest.param(save, timedelta(), False, id="saved"),
    ],
)
def test_a_form_is_open_until_it_ends(
    office: Office, ada: Desk, visit: Event, then: Callable[[Desk, Event, str], None], later: timedelta, told: bool
) -> None:
    then(office.desk, visit, opened(office.desk, visit))

    assert names(after(ada, later), visit) == ([office.coordinator.display_name] if told else [])
    assert names(office.desk, visit) == []


@pytest.mark.parametrize(
    ("role", "own", "keeps", "told"),
    [
        pytest.param(Role.CLINICIAN, True, False, True, id="their own visit"),
        pytest.param(Role.COORDINATOR, False, True, True, id="a coordinator of the team"),
        pytest.param(Role.COORDINATOR, False, False, False, id="a coordinator of nobody there"),
        pytest.param(Role.MANAGER, False, True, False, id="a manager, who sees no names"),
        pytest.param(Role.ADMINISTRATOR, False, True, False, id="an administrator"),
    ],
)
def test_who_may_not_see_the_visit_learns_nothing(
    office: Office, visit: Event, make_account: Any, make_team: Any, role: Role, own: bool, keeps: bool, told: bool
) -> None:
    viewer = make_account(role, welkin_id=office.ada if own else None)
    make_team("Wound care", members=[office.ada], keepers=[viewer] if keeps else [])
    opened(office.desk, visit)

    desk = office.desk_of(viewer, now=office.desk.now)
    assert bool(presence.others(desk, visit.id)) == told
    assert set(presence.everywhere(desk)) == ({visit.id} if told else set())


def test_each_login_is_named_once_since_its_first_form(
    office: Office, ada: Desk, visit: Event, make_account: Any, make_team: Any
) -> None:
    second = make_account(Role.COORDINATOR)
    make_team("Wound care", members=[office.ada], keepers=[second])
    opened(after(office.desk_of(second, now=office.desk.now), MOMENT), visit)
    first_tab = opened(office.desk, visit)
    opened(after(office.desk, 2 * MOMENT), visit)

    def told() -> list[tuple[str, timedelta]]:
        found = presence.others(after(ada, 3 * MOMENT), visit.id)
        return [(editor.name, editor.since - office.desk.now) for editor in found]

    own, theirs = office.coordinator.display_name, second.display_name
    assert told() == [(own, timedelta()), (theirs, MOMENT)]
    presence.leave(office.desk, visit.id, first_tab)
    assert told() == [(theirs, MOMENT), (own, 2 * MOMENT)]


def test_nobody_opens_goes_on_with_or_closes_the_form_of_another_login(office: Office, ada: Desk, visit: Event) -> None:
    intent = opened(office.desk, visit)
    later = after(ada, GONE_AFTER)

    presence.leave(ada, visit.id, intent)
    presence.opened(ada, visit, intent)
    assert names(ada, visit) == [office.coordinator.display_name]
    presence.stay(later, visit.id, intent)
    assert names(later, visit) == []


def test_what_was_never_opened_is_not_made_up(office: Office, ada: Desk, visit: Event) -> None:
    presence.stay(office.desk, visit.id, writes.mint(office.desk))
    opened(office.desk, replace(visit, id=uuid4()))

    assert names(ada, visit) == []


def test_rows_are_forgotten_after_the_longest_session(office: Office, visit: Event) -> None:
    opened(office.desk, visit)

    assert presence.forget(office.desk.now + KEPT_FOR - MOMENT) == 0
    assert presence.forget(office.desk.now + KEPT_FOR) == 1
    assert not Presence.objects.exists()
