"""Medians, ratios, growth and goals of the benchmark."""

import hashlib
import sys

import pytest

from bench.slots import peers
from bench.slots.report import ms, table
from bench.slots.results import Goal, Measured, Results, goals, slope


def row(module, seconds, *, number=0, clinicians=1000, mode="all", right=True, **fields):
    return Measured(module, "plain", clinicians, mode, number, seconds, right, **fields)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param([(10, 1), (100, 10), (1000, 100)], 1, id="in proportion"),
        pytest.param([(10, 1), (100, 100)], 2, id="by the square"),
        pytest.param([(10, 5), (1000, 5)], 0, id="not at all"),
        pytest.param([(10, 5)], None, id="one point"),
        pytest.param([], None, id="no point"),
    ],
)
def test_slope(points, expected):
    found = slope(points)
    assert found == (None if expected is None else pytest.approx(expected))


def test_a_ratio_compares_within_a_round():
    slow = [row("floor", 4, number=1), row("ours", 8, number=1)]
    rows = [row("floor", 1), row("ours", 1), *slow, row("floor", 1, number=2), row("ours", 1.5, number=2)]
    assert Results(rows).ratio("ours", "all", "plain", 1000) == 1.5


def test_a_round_without_the_other_counts_for_nothing():
    assert Results([row("ours", 1, number=3), row("floor", 1)]).ratio("ours", "all", "plain", 1000) is None


def test_one_clinician_is_no_part_of_growth():
    rows = [row("ours", seconds, clinicians=n) for n, seconds in ((1, 9), (10, 1), (100, 10))]
    assert Results(rows).exponent("ours", "plain", "all") == pytest.approx(1)


def test_one_wrong_answer_makes_the_row_differ():
    rows = [row("ours", 1), row("ours", 1, number=1, right=False)]
    assert Results(rows).answers("ours", "plain", "all") == "DIFFERS"
    assert Results(rows[:1]).answers("ours", "plain", "all") == "ok"
    assert Results(rows).answers("ours", "plain", "second") == "-"


@pytest.mark.parametrize(
    ("value", "verdict"), [(1.25, "met"), (1.26, "NOT MET"), (None, "not measured")], ids=["at it", "over it", "none"]
)
def test_verdict(value, verdict):
    assert Goal("all", value, 1.25).verdict == verdict


@pytest.mark.parametrize(
    ("clinicians", "value", "verdict"),
    [
        pytest.param(1000, 2.0, "NOT MET", id="as many as it is meant for"),
        pytest.param(100, 2.0, "not judged, N=100", id="fewer, over it"),
        pytest.param(100, 1.0, "not judged, N=100", id="fewer, at it"),
        pytest.param(100, None, "not measured", id="fewer, none"),
    ],
)
def test_a_goal_is_not_judged_with_fewer_clinicians(clinicians, value, verdict):
    assert Goal("all", value, 1.25, clinicians=clinicians).verdict == verdict


def test_wrong_slots_are_judged_with_any_number_of_clinicians():
    verdicts = {goal.name: goal.verdict for goal in goals(Results([]), ["plain"], 10, differing=1)}
    assert verdicts["differing slots, any TZ and flavour"] == "NOT MET"


def test_goals():
    rows = [
        row("floor", 1.0, growth_kib=1024),
        row("ours", 1.2, growth_kib=3072),
        row("floor", 1.0, mode="first20"),
        row("ours", 2.0, mode="first20"),
        row("ours", 0.3, mode="second"),
        row("floor", 1.0, mode="office20"),
        row("ours", 1.4, mode="office20"),
        row("ours", 0.7, mode="office_second"),
    ]
    found = {goal.name: goal.verdict for goal in goals(Results(rows), ["plain"], 1000, differing=1)}
    assert found == {
        "all slots, plain": "met",
        "first 20, plain": "NOT MET",
        "second first 20, plain": "met",
        "first 20, in office hours": "met",
        "second first 20, in office hours": "NOT MET",
        "growth of time with clinicians": "not measured",
        "growth of memory": "NOT MET",
        "differing slots, any TZ and flavour": "NOT MET",
    }


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "-"), (0.000123, "0.12"), (0.0123, "12.3"), (1.234, "1,234")], ids=str
)
def test_milliseconds(seconds, text):
    assert ms(seconds) == text


def test_a_table_stands_in_columns():
    lines = table(["what", "a", "b"], [["x", "1", "22"], ["y" * 40, "333", "4"]]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[1].endswith("    1  22")


@pytest.fixture
def unknown(tmp_path):
    """Pins of a package that does not exist."""
    pins = tmp_path / "bench.txt"
    pins.write_text(f"daybook-knows-no-such-package==1.0 --hash=sha256:{'0' * 64}\n")
    return pins


def test_a_package_that_cannot_be_had_is_a_sentence(unknown, monkeypatch):
    for name in ("PIP_NO_INDEX", "UV_NO_INDEX"):
        monkeypatch.setenv(name, "1")
    assert peers.fill(sys.executable, unknown)


def test_peers_that_cannot_be_installed_are_left_out(unknown, monkeypatch):
    monkeypatch.setattr(peers, "PINS", unknown)
    monkeypatch.setattr(peers, "FOLDER", unknown / "below-a-file")
    python, sentence = peers.interpreter()
    assert python is None
    assert sentence.startswith("the peers could not be installed")


def test_peers_that_are_there_are_not_installed_again(unknown, monkeypatch, tmp_path):
    monkeypatch.setattr(peers, "PINS", unknown)
    monkeypatch.setattr(peers, "FOLDER", tmp_path)
    (tmp_path / "bench.stamp").write_text(hashlib.sha256(unknown.read_bytes()).hexdigest())
    assert peers.interpreter() == (str(tmp_path / "bin" / "python"), "")
