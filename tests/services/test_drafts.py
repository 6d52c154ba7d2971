"""Drafts of forms: the login's own, sealed, for 24 hours, gone when the form went through."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduling.accounts.models import Account
from scheduling.ledger.models import Draft, Intent
from scheduling.services import drafts, writes
from scheduling.services.desk import Desk
from scheduling.services.drafts import KEPT_FOR
from scheduling.services.writes import Ending, IntentRefused

pytestmark = pytest.mark.django_db
TYPED = {"title": ["Long talk"], "patient": ["one", "two"]}
ROUTE = "appointment-new"


@pytest.fixture
def desk(make_account: Callable[..., Account], desk_of: Callable[..., Desk]) -> Desk:
    return desk_of(make_account())


@pytest.fixture
def other(make_account: Callable[..., Account], desk_of: Callable[..., Desk]) -> Desk:
    return desk_of(make_account())


def kept(desk: Desk, state: str = Intent.State.MINTED, **fields: list[str]) -> str:
    """The key of a form of this login that is kept, its intent in this state."""
    key = writes.mint(desk)
    drafts.save(desk, key, ROUTE, {}, {**TYPED, **fields})
    Intent.objects.filter(key=key).update(state=state)
    return key


def test_what_was_typed_comes_back_with_its_intent(desk: Desk) -> None:
    key = kept(desk)

    [found] = drafts.of(desk)

    assert (found.key, found.route, found.ending, found.saved_at) == (key, ROUTE, Ending.MINTED, desk.now)
    assert drafts.reopen(desk, found) == {**TYPED, "intent": [key]}


def test_nothing_typed_stands_readable_in_the_database(desk: Desk) -> None:
    kept(desk)

    row = Draft.objects.get()

    assert b"Long talk" not in bytes(row.sealed)
    assert "Long talk" not in f"{row.arguments}{row.route}{row.intent}"


def test_the_same_form_is_kept_once_as_it_was_sent_last(desk: Desk) -> None:
    key = kept(desk)
    drafts.save(desk, key, ROUTE, {}, {"title": ["Short talk"]})

    [found] = drafts.of(desk)

    assert drafts.reopen(desk, found) == {"title": ["Short talk"], "intent": [key]}


def test_nobody_else_sees_opens_or_throws_away_a_draft(desk: Desk, other: Desk) -> None:
    key = kept(desk)

    drafts.forget(other, key)

    assert drafts.of(other) == []
    assert drafts.find(other, key) is None
    assert [each.key for each in drafts.of(desk)] == [key]
    with pytest.raises(IntentRefused):
        drafts.save(other, key, ROUTE, {}, TYPED)


def test_a_draft_of_another_tenant_is_not_offered(desk: Desk) -> None:
    kept(desk)

    assert drafts.of(replace(desk, scope="another tenant")) == []


@pytest.mark.parametrize(
    ("age", "there"),
    [
        pytest.param(KEPT_FOR - timedelta(seconds=1), True, id="a-day-less-a-second"),
        pytest.param(KEPT_FOR, False, id="a-day"),
    ],
)
def test_a_draft_is_kept_for_a_day(desk: Desk, age: timedelta, there: bool) -> None:
    kept(desk)
    later = desk.now + age

    assert bool(drafts.of(replace(desk, now=later))) is there
    assert drafts.purge(later) == (0 if there else 1)
    assert Draft.objects.exists() is there


ENDINGS = {
    Ending.MINTED: (True, False),
    Ending.WORKING: (True, True),
    Ending.UNKNOWN: (True, True),
    Ending.REFUSED: (True, False),
    Ending.CONFIRMED: (False, False),
}


@pytest.mark.parametrize(("ending", "listed", "is_open"), [(key, *told) for key, told in ENDINGS.items()], ids=ENDINGS)
def test_what_is_offered_by_what_came_of_the_form(desk: Desk, ending: Ending, listed: bool, is_open: bool) -> None:
    key = kept(desk, ending.value)

    assert [(each.key, each.open) for each in drafts.of(desk)] == ([(key, is_open)] if listed else [])


def test_a_form_that_was_found_to_be_saved_is_forgotten_by_the_worker(desk: Desk) -> None:
    kept(desk, Intent.State.CONFIRMED)
    waiting = kept(desk, Intent.State.UNKNOWN)

    assert drafts.purge(desk.now) == 1
    assert [row.intent for row in Draft.objects.all()] == [waiting]


def test_after_a_refusal_the_form_goes_on_under_one_next_intent(desk: Desk) -> None:
    """Two tabs that open the same draft send the same intent, so that they make one visit."""
    key = kept(desk, Intent.State.REFUSED)
    [found] = drafts.of(desk)

    [once], [twice] = (drafts.reopen(desk, found)["intent"] for _tab in range(2))

    assert once == twice != key
    assert writes.earlier(desk, once) is None


def test_a_form_that_went_on_is_one_form(desk: Desk) -> None:
    key = kept(desk, Intent.State.REFUSED)
    following = drafts.next_intent(desk, key)
    third = drafts.next_intent(desk, following)
    drafts.save(desk, following, ROUTE, {}, TYPED)

    assert [each.key for each in drafts.of(desk)] == [following]

    drafts.forget(desk, third)

    assert drafts.of(desk) == []


def saved_at(desk: Desk, at: datetime) -> str:
    """The key of a form that went through then."""
    key = writes.mint(desk)
    Intent.objects.filter(key=key).update(state=Intent.State.CONFIRMED, settled_at=at)
    return key


VISIT = {"event_id": "one"}
SAME = {
    "the-same-visit": (ROUTE, VISIT, Ending.REFUSED, False),
    "another-visit": (ROUTE, {"event_id": "two"}, Ending.REFUSED, True),
    "another-form": ("appointment-edit", VISIT, Ending.REFUSED, True),
    "still-found-out": (ROUTE, VISIT, Ending.UNKNOWN, True),
    "still-on-its-way": (ROUTE, VISIT, Ending.WORKING, True),
}


@pytest.mark.parametrize(("route", "arguments", "ending", "stays"), SAME.values(), ids=SAME)
def test_what_was_kept_of_a_visit_is_over_when_the_same_form_went_through(
    desk: Desk, route: str, arguments: dict[str, str], ending: Ending, stays: bool
) -> None:
    key = writes.mint(desk)
    drafts.save(desk, key, route, arguments, TYPED)
    Intent.objects.filter(key=key).update(state=ending)

    drafts.forget_same(desk, saved_at(desk, desk.now), ROUTE, VISIT)

    assert bool(drafts.of(desk)) is stays


def test_what_was_kept_since_stays_when_the_saved_form_is_sent_once_more(desk: Desk) -> None:
    earlier = saved_at(desk, desk.now - timedelta(seconds=1))
    drafts.save(desk, writes.mint(desk), ROUTE, VISIT, TYPED)

    drafts.forget_same(desk, earlier, ROUTE, VISIT)

    assert len(drafts.of(desk)) == 1


def test_new_ones_and_those_of_others_are_kept_when_another_went_through(desk: Desk, other: Desk) -> None:
    kept(desk)
    drafts.save(other, writes.mint(other), ROUTE, VISIT, TYPED)

    drafts.forget_same(desk, saved_at(desk, desk.now), ROUTE, {})
    drafts.forget_same(desk, saved_at(desk, desk.now), ROUTE, VISIT)

    assert (len(drafts.of(desk)), len(drafts.of(other))) == (1, 1)


def test_a_next_intent_is_the_owners_only(desk: Desk, other: Desk) -> None:
    with pytest.raises(IntentRefused):
        drafts.next_intent(other, writes.mint(desk))


def test_what_cannot_be_read_any_more_is_empty(desk: Desk) -> None:
    kept(desk)
    Draft.objects.update(sealed=b"damaged")
    [found] = drafts.of(desk)

    assert drafts.reopen(desk, found) == {}


def test_more_text_than_a_form_holds_is_not_kept(desk: Desk) -> None:
    key = writes.mint(desk)

    drafts.save(desk, key, ROUTE, {}, {"title": ["x" * drafts.LONGEST], "more": ["y"]})

    assert drafts.of(desk) == []


STATES = {state: state == Intent.State.MINTED for state in Intent.State.values}


@pytest.mark.parametrize(("state", "saved"), STATES.items(), ids=STATES)
def test_after_its_session_a_form_is_kept_for_its_owner_while_it_was_not_sent(
    desk: Desk, state: str, saved: bool
) -> None:
    key = writes.mint(desk)
    Intent.objects.filter(key=key).update(state=state)

    owner = drafts.save_for_owner(datetime.now(UTC), key, ROUTE, {}, TYPED)

    assert owner == (desk.account if saved else None)
    assert Draft.objects.filter(account=desk.account).exists() is saved


def test_a_form_of_nobody_or_of_a_closed_login_is_not_kept(desk: Desk) -> None:
    key = writes.mint(desk)
    Account.objects.update(is_active=False)

    assert drafts.save_for_owner(desk.now, key, ROUTE, {}, TYPED) is None
    assert drafts.save_for_owner(desk.now, "made up", ROUTE, {}, TYPED) is None
    assert not Draft.objects.exists()
