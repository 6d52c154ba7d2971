"""The calls of the whole fleet: one counter for all processes, taken in portions, changes before reads, never open."""

import sqlite3
import threading
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import OperationalError, transaction

from scheduling.ledger.models import CallBudget
from scheduling.services.call_budget import FLEET, PART_SECONDS, Counter, FleetBudget, key_of, taken_lately
from scheduling.welkin import Credentials

KEY = "k" * 64
LIMIT = 900
SHARE, FOR_READS = 90, 72
PART = 300_000_000


class Wall:
    """The clock of all processes."""

    def __init__(self) -> None:
        self.now = PART * PART_SECONDS

    def __call__(self) -> float:
        return self.now


class Kept(Counter):
    """A counter in memory that all who share it ask; it counts how often, and may be away."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: dict[int, int] = {}
        self.asked = 0
        self.away = False

    def fill(self, key: str, parts: range, share: int) -> None:
        if self.away:
            raise OperationalError
        self.taken |= dict.fromkeys(parts, share)

    def lease(self, key: str, part: int, calls: int, ceiling: int) -> bool:
        self.asked += 1
        if self.away:
            raise OperationalError
        taken = self.taken.get(part, 0)
        if taken + calls > ceiling:
            return False
        self.taken[part] = taken + calls
        return True


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def kept() -> Kept:
    return Kept()


def budget(kept: Kept, wall: Wall, limit: int = LIMIT) -> FleetBudget:
    return FleetBudget(KEY, limit, counter=kept, wall=wall)


def spend(budgets: list[FleetBudget], *, urgent: bool, tries: int = 2000) -> int:
    """How many calls these processes get together when they ask in turn."""
    return sum(budgets[number % len(budgets)].take(urgent=urgent) == 0 for number in range(tries))


def test_reads_get_four_fifths_of_a_part_and_changes_the_rest(kept, wall):
    processes = [budget(kept, wall) for _ in range(4)]

    assert spend(processes, urgent=False) == FOR_READS
    assert spend(processes, urgent=True) == SHARE - FOR_READS


def test_changes_alone_may_use_all_of_it(kept, wall):
    assert spend([budget(kept, wall) for _ in range(4)], urgent=True) == SHARE


def test_who_comes_too_late_is_told_when_the_next_part_begins(kept, wall):
    own = budget(kept, wall)
    spend([own], urgent=False)
    wall.now += 2.5

    assert own.take(urgent=False) == pytest.approx(PART_SECONDS - 2.5)
    wall.now += PART_SECONDS - 2.5
    assert own.take(urgent=False) == 0


def test_no_sixty_seconds_hold_more_than_the_api_allows(kept, wall):
    """However the API cuts its minutes: the calls of any ten parts and one more."""
    processes = [budget(kept, wall) for _ in range(4)]
    begun = wall.now
    made: list[float] = []
    while wall.now < begun + 180:
        for own in processes:
            made.extend(wall.now for _ in range(40) if own.take(urgent=True) == 0)
        wall.now += 0.7

    most = max(sum(start <= moment < start + 60 for moment in made) for start in set(made))
    assert LIMIT <= most <= LIMIT * 1.1


def test_most_calls_ask_nobody(kept, wall):
    own = budget(kept, wall)
    spend([own], urgent=False, tries=FOR_READS)

    assert kept.asked == FOR_READS / 4


def test_a_read_that_finds_nothing_left_does_not_ask_again_in_this_part(kept, wall):
    own = budget(kept, wall)
    spend([own], urgent=False)
    asked = kept.asked
    spend([own], urgent=False)

    assert kept.asked == asked


def test_without_the_counter_a_process_has_its_share_of_the_fleet_and_no_more(kept, wall):
    own, kept.away = budget(kept, wall), True

    assert (spend([own], urgent=False), spend([own], urgent=True)) == (FOR_READS // FLEET, (SHARE - FOR_READS) // FLEET)
    assert kept.asked == 1  # once for each part: nobody waits for it twice


def test_in_the_next_part_the_counter_is_asked_again(kept, wall):
    own, kept.away = budget(kept, wall), True
    spend([own], urgent=False)
    kept.away = False
    wall.now += PART_SECONDS

    assert spend([own], urgent=False) == FOR_READS


def test_what_one_process_was_told_all_of_them_heed(kept, wall):
    """Too many calls, come back in 10 seconds: whoever has a portion may use it up, and then nobody asks earlier."""
    told, other = budget(kept, wall), budget(kept, wall)
    assert (told.take(urgent=False), other.take(urgent=False)) == (0, 0)
    told.told(10)

    assert (spend([other], urgent=False), spend([other], urgent=True)) == (3, 0)
    wall.now += PART_SECONDS
    assert (spend([other], urgent=True), spend([told], urgent=True)) == (0, 0)
    wall.now += PART_SECONDS
    assert spend([other], urgent=False) == FOR_READS


def test_told_while_the_counter_is_away_it_is_left_to_the_api(kept, wall):
    own, kept.away = budget(kept, wall), True

    own.told(10)

    assert kept.taken == {}


def test_even_the_smallest_limit_lets_something_through(kept, wall):
    own = budget(kept, wall, 1)

    assert spend([own], urgent=False) == 1
    kept.away = True
    wall.now += PART_SECONDS
    assert spend([own], urgent=True) == 1


def test_threads_together_get_no_more(kept, wall):
    own, got = budget(kept, wall), []

    def take() -> None:
        got.extend(own.take(urgent=True) for _ in range(50))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got.count(0.0) == SHARE


def test_the_key_is_that_of_the_api_client_and_not_its_secret():
    def key(**changed: str) -> str:
        told = {"url": "https://api.example", "tenant": "harbor", "instance": "one", "client": "DAYBOOK", "secret": "x"}
        return key_of(Credentials(**told | changed))

    assert key() == key(secret="renewed") == key(instance="two")
    assert len({key(), key(client="OTHER"), key(tenant="other"), key(url="https://other.example")}) == 4
    assert len(key()) == 64


# --- Over the database -----------------------------------------------------------------------------------------------


@pytest.fixture
def counters(transactional_db: None) -> Iterator[list[Counter]]:
    made = [Counter() for _ in range(4)]
    yield made
    for each in made:
        each.close()


def test_processes_share_one_row_of_the_database(counters, wall):
    processes = [FleetBudget(KEY, LIMIT, counter=each, wall=wall) for each in counters]

    assert spend(processes, urgent=False, tries=400) == FOR_READS
    assert spend(processes, urgent=True, tries=100) == SHARE - FOR_READS
    assert list(CallBudget.objects.values_list("key", "period", "taken")) == [(KEY, PART, SHARE)]
    assert taken_lately(KEY, wall.now) == SHARE


def test_at_once_they_take_no_more(counters, wall):
    got: list[float] = []

    def take(counter: Counter) -> None:
        own = FleetBudget(KEY, LIMIT, counter=counter, wall=wall)
        got.extend(own.take(urgent=True) for _ in range(60))

    threads = [threading.Thread(target=take, args=(counter,)) for counter in counters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got.count(0.0) <= SHARE
    assert CallBudget.objects.get().taken <= SHARE


def test_a_full_part_is_full_for_every_process(counters, wall):
    told, other = (FleetBudget(KEY, LIMIT, counter=each, wall=wall) for each in counters[:2])
    told.take(urgent=False)
    told.told(7)

    assert spend([other], urgent=True, tries=10) == 0
    assert list(CallBudget.objects.order_by("period").values_list("taken", flat=True)) == [SHARE, SHARE]


def test_old_parts_are_forgotten(counters):
    assert counters[0].lease(KEY, PART, 1, SHARE)
    assert counters[0].lease("another", PART, 1, SHARE)
    assert counters[0].lease(KEY, PART + 21, 1, SHARE)

    assert sorted(CallBudget.objects.values_list("key", "period")) == [("another", PART), (KEY, PART + 21)]


def test_a_database_that_another_writer_holds_is_given_up_soon_and_costs_no_call(counters, wall):
    """F54: the share of the fleet, until the next part."""
    own = FleetBudget(KEY, LIMIT, counter=counters[0], wall=wall)
    held = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    try:
        alone = spend([own], urgent=False, tries=100)
    finally:
        held.execute("ROLLBACK")
        held.close()
    wall.now += PART_SECONDS

    assert (alone, spend([own], urgent=False, tries=100)) == (FOR_READS // FLEET, FOR_READS)


def test_a_call_inside_our_own_transaction_waits_for_nothing_and_is_made(counters, wall):
    """On SQLite the transaction around it is the other writer; nothing is undone and nothing hangs."""
    own = FleetBudget(KEY, LIMIT, counter=counters[0], wall=wall)

    with transaction.atomic():
        CallBudget.objects.create(key="mine", period=1)
        assert own.take(urgent=True) == 0

    assert CallBudget.objects.filter(key="mine").exists()
