"""The benchmark's clinic is the same everywhere and for ever, else no two runs could be compared."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bench.workload import FLAVOURS, contest_shape, fingerprint, slots_shape

# What ten clinicians had when the first figures were taken.
GOLDEN = {"plain": "306056f2a202e7b0", "ragged": "1743cab7a7286f7c", "edge": "c0c2b6694ac8fcfc"}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_ten_clinicians_are_the_same_for_ever(flavour):
    assert fingerprint(slots_shape(10, flavour)) == GOLDEN[flavour]


def test_the_fingerprint_sees_one_minute():
    shape = slots_shape(10)
    shape["clinicians"][9]["busy"][50][0] = shape["clinicians"][9]["busy"][50][0].replace(":00Z", ":01Z")
    assert fingerprint(shape) != GOLDEN["plain"]


def test_fewer_clinicians_are_the_first_of_more():
    assert slots_shape(2)["clinicians"] == slots_shape(5)["clinicians"][:2]


def test_every_event_has_its_type():
    shape = contest_shape(2)
    assert [len(kinds) for kinds in shape["kinds"]] == [len(person["busy"]) for person in shape["clinicians"]]
    assert [shape["kinds"][0].count(kind) for kind in ("LEAVE", "GROUP_THERAPY", "APPOINTMENT")] == [4, 8, 88]


def test_on_the_edge_somebody_works_through_the_hour_that_comes_twice():
    person = slots_shape(4, "edge")["clinicians"][3]
    zone, sunday = ZoneInfo(person["tz"]), date(2026, 11, 1)
    first, last = (datetime(2026, 11, 1, hour, tzinfo=zone).timestamp() for hour in (0, 6))
    assert [7, 0, 360] in person["shifts"]
    assert (last - first) / 3600 == 7, f"{sunday} has an hour more in {zone}"


@pytest.mark.parametrize(("flavour", "share"), [("plain", 0), ("ragged", 0.13), ("edge", 0)])
def test_only_ragged_leaves_the_quarter_hour(flavour, share):
    starts = [start for person in slots_shape(10, flavour)["clinicians"] for start, _ in person["busy"]]
    off = sum(int(start[14:16]) % 15 != 0 for start in starts)
    assert off / len(starts) == pytest.approx(share, abs=0.03)
