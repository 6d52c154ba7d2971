"""Lists in pages: all of it, each row once, or a listing that says it may lack some."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.welkin import Client, Policy
from scheduling.welkin.paging import walk
from scheduling.welkin.wire.pages import Page

from .conftest import EVENTS_URL, PATIENTS_URL, USERS_URL, credentials, sent
from .factories import ADA, DAY, THEO, event_row, meta_page, spring_page, user_row


def in_turn(tasks: list[Callable]) -> list:
    return [task() for task in tasks]


def rows(count: int, first: int = 0) -> list[dict]:
    return [{"id": f"row-{number}"} for number in range(first, first + count)]


class Store:
    """A list behind pages of a granted size."""

    def __init__(self, items: list, grant: int, *, total: bool = True, last: bool = True) -> None:
        self.items, self.grant, self.total, self.last = items, grant, total, last
        self.asked: list[int] = []

    def page(self, number: int) -> Page:
        self.asked.append(number)
        part = self.items[number * self.grant : (number + 1) * self.grant]
        done = (number + 1) * self.grant >= len(self.items)
        return Page(part, self.grant, len(self.items) if self.total else None, done if self.last else None)


@given(st.integers(0, 60), st.integers(1, 20), st.booleans(), st.booleans())
def test_every_row_comes_once_whatever_is_granted_and_told(count, grant, total, last):
    store = Store(rows(count), grant, total=total, last=last)

    walked = walk([store.page], in_turn, Policy())

    assert [row["id"] for row in walked.rows] == [f"row-{number}" for number in range(count)]
    assert (walked.complete, walked.total) == (True, count)
    assert len(store.asked) <= -(-count // grant) + 1


@given(st.lists(st.integers(0, 30), min_size=1, max_size=4), st.integers(1, 7))
def test_pieces_are_joined_and_shared_rows_counted_once(sizes, grant):
    stores = [Store(rows(size), grant) for size in sizes]

    walked = walk([store.page for store in stores], in_turn, Policy())

    assert len(walked.rows) == max(sizes)
    assert walked.complete is True


def test_further_pages_are_asked_for_at_once():
    store, sizes = Store(rows(50), 10), []

    def parallel(tasks: list[Callable]) -> list[Page]:
        sizes.append(len(tasks))
        return in_turn(tasks)

    walk([store.page], parallel, Policy())

    assert (sizes, store.asked) == ([1, 4], [0, 1, 2, 3, 4])


def test_a_list_that_never_ends_is_left_when_nothing_new_comes():
    asked = []

    def same(number: int) -> Page:
        asked.append(number)
        return Page(rows(3), 3, None, False)

    walked = walk([same], in_turn, Policy())

    assert (len(walked.rows), walked.complete, asked) == (3, False, [0, 1, 0, 1])


def test_a_list_whose_last_flag_never_comes_but_whose_count_is_met_is_whole():
    def page(number: int) -> Page:
        return Page(rows(3) if number == 0 else [], 3, 3, False)

    assert walk([page], in_turn, Policy()).complete is True


def test_a_list_without_end_is_bounded():
    asked = []

    def more(number: int) -> Page:
        asked.append(number)
        return Page(rows(10, number * 10), 10, None, False)

    walked = walk([more], in_turn, Policy(max_pages=7))

    assert (walked.complete, max(asked)) == (False, 6)


def test_a_count_that_lies_high_does_not_run_away():
    asked = []

    def page(number: int) -> Page:
        asked.append(number)
        return Page(rows(10) if number == 0 else [], 10, 10**9, False)

    walked = walk([page], in_turn, Policy(max_pages=20))

    assert (len(walked.rows), walked.complete, len(asked)) == (10, False, 40)


def test_a_list_that_moved_is_read_again():
    before, after = Store(rows(25), 10), Store(rows(26, 1), 10)
    calls = iter([before, after, after, after, after, after, after, after])

    walked = walk([lambda number: next(calls).page(number)], in_turn, Policy())

    assert sorted(row["id"] for row in walked.rows) == sorted(row["id"] for row in rows(26, 1))
    assert walked.complete is True


def test_a_list_that_keeps_moving_says_so_and_loses_nothing():
    count = iter(range(1000))

    def page(number: int) -> Page:
        moved = next(count)
        return Page(rows(10, number * 10) if number < 3 else [], 10, 30 + moved, number == 2)

    walked = walk([page], in_turn, Policy())

    assert (len(walked.rows), walked.complete) == (30, False)


def test_a_short_page_of_a_whole_count_is_incomplete():
    walked = walk([lambda _: Page(rows(2), 20, 5, True)], in_turn, Policy())

    assert (len(walked.rows), walked.total, walked.complete) == (2, 5, False)


def test_of_one_id_twice_the_newest_stays():
    old = {"id": "A", "updatedAt": "2027-05-04T14:00:00.000Z", "x": 1}
    new = {"id": "a", "updatedAt": "2027-05-04T14:00:00.001Z", "x": 2}

    for pair in ([old, new], [new, old]):
        walked = walk([lambda _, pair=pair: Page(pair, 20, None, True)], in_turn, Policy())
        assert walked.rows == (new,)


def test_rows_without_an_id_are_told_apart_by_their_content():
    walked = walk([lambda _: Page([{"x": 1}, {"x": 2}, None, 7], 20, 4, True)], in_turn, Policy())

    assert (len(walked.rows), walked.complete) == (4, True)


def test_a_walk_asks_for_a_thousand_in_a_steady_order(client, api):
    api.add("GET", USERS_URL, json=meta_page([user_row()]))

    found = client.users.find()

    assert (len(found), found.total, found.complete, found.unreadable) == (1, 1, True, 0)
    assert sent(api) == [f"GET {USERS_URL}?page=0&size=1000&sort=createdAt%2Casc"]


def paged(items: list, grant: int, envelope: Callable) -> Callable:
    def answer(request):
        number = int(parse_qs(urlsplit(request.url).query)["page"][0])
        part = items[number * grant : (number + 1) * grant]
        return 200, {}, json.dumps(envelope(part, number, (number + 1) * grant >= len(items)))

    return answer


def users_envelope(part, number, last):
    return meta_page(part, page=number, pageSize=2, totalElements=5, lastPage=last)


def patients_envelope(part, number, last):
    return spring_page(part, number=number, size=2, totalElements=5, last=last)


def records_envelope(part, number, last):
    return {"name": "medication", "data": patients_envelope(part, number, last)}


ENVELOPES = [
    ("users", USERS_URL, users_envelope, lambda client: client.users.find()),
    ("patients", PATIENTS_URL, patients_envelope, lambda client: client.patients.find()),
    (
        "records",
        f"{PATIENTS_URL}/{THEO}/cdts/medication",
        records_envelope,
        lambda client: client.records.find(THEO, "medication"),
    ),
]


@pytest.mark.parametrize(("url", "envelope", "find"), [row[1:] for row in ENVELOPES], ids=[row[0] for row in ENVELOPES])
def test_all_three_envelopes_are_walked(client, api, url, envelope, find):
    items = [{"id": str(ADA.__class__(int=number + 1))} for number in range(5)]
    api.add_callback("GET", url, callback=paged(items, 2, envelope))

    found = find(client)

    assert [str(row.id) for row in found] == [item["id"] for item in items]
    assert (found.total, found.complete, len(sent(api))) == (5, True, 3)


def test_one_bad_row_never_breaks_a_listing(client, api):
    api.add("GET", USERS_URL, json=meta_page([user_row(), {"id": "x"}, None]))

    found = client.users.find()

    assert ([user.id for user in found], found.unreadable, found.complete, found.sure) == ([ADA], 2, True, False)


def test_people_are_asked_for_in_portions_and_long_windows_in_parts(api, time):
    api.add("GET", EVENTS_URL, json=spring_page([event_row()]))
    ids = [ADA.__class__(int=number) for number in range(5)]
    window = type(DAY)(DAY.start, DAY.start.replace(year=2028))

    with Client(credentials(), policy=Policy(ids_per_query=2, days_per_query=200), runtime=time.runtime()) as client:
        found = client.events.find(window, participant_ids=ids)

    queries = [parse_qs(urlsplit(line.split()[1]).query) for line in sent(api)]
    portions = sorted({(query["from"][0], query["to"][0], query["participantIds"][0]) for query in queries})
    assert (len(found), found.complete, len(queries), len(portions)) == (1, True, 6, 6)
    assert {portion[:2] for portion in portions} == {
        ("2027-05-04T00:00:00.000Z", "2027-11-20T00:00:00.000Z"),
        ("2027-11-20T00:00:00.000Z", "2028-05-04T00:00:00.000Z"),
    }
    assert sorted(len(portion[2].split(",")) for portion in portions) == [1, 1, 2, 2, 2, 2]


def test_eighty_people_stay_within_a_common_request_line(client, api):
    api.add("GET", EVENTS_URL, json=spring_page([]))

    client.events.find(DAY, participant_ids=[ADA.__class__(int=number) for number in range(200)])

    assert max(len(line) for line in sent(api)) < 4096
    assert len(sent(api)) == 3


def test_nobody_asked_for_is_nobody_and_no_call(client, api):
    assert len(client.events.find(DAY, participant_ids=[])) == 0
    assert len(client.hours.find([], DAY)) == 0
    assert len(client.schedules.find([], DAY)) == 0
    assert len(client.schedules.summary([], DAY)) == 0
    assert len(client.users.find(ids=[])) == 0
    assert client.records.change_many(THEO, "medication", {}) == ()
    assert len(api.calls) == 0


def test_an_error_on_a_later_page_fails_the_whole_listing(client, api):
    api.add("GET", USERS_URL, json=meta_page([user_row()], totalElements=3, lastPage=False))
    api.add("GET", USERS_URL, body="<html>")

    with pytest.raises(Exception, match="not JSON"):
        client.users.find()
