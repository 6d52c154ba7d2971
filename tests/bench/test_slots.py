"""Everybody in the benchmark finds the same slots as the reference, and a wrong slot would be noticed."""

import gc
import json
import sys
from datetime import datetime
from functools import _lru_cache_wrapper

import pytest

from bench.slots import field, floor, loop, ours, reference, sweep
from bench.slots.__main__ import tell
from bench.slots.contest import COMMON_MODES, MODES, OFFICE_HOURS, SECOND_LENGTH, Stage, answer, digest, in_office_hours
from bench.slots.trial import Course, Trial
from bench.workload import FLAVOURS, contest_shape

CLINICIANS = 4  # the fourth is the one who works at night in `edge`
CONTESTANTS = {"floor": floor, "ours": ours, "sweep": sweep, "loop": loop}


@pytest.fixture(scope="module", params=FLAVOURS)
def workload(request):
    return contest_shape(CLINICIANS, request.param)


@pytest.fixture(scope="module")
def right(workload):
    rows, later = reference.answers(workload), reference.answers(workload, SECOND_LENGTH)
    moved = in_office_hours(workload)
    return {
        "all": reference.pairs(rows),
        "first20": reference.earliest(rows),
        "second": reference.earliest(later),
        "warm20": reference.earliest(rows),
        "office20": reference.earliest(reference.answers(moved)),
        "office_second": reference.earliest(reference.answers(moved, SECOND_LENGTH)),
    }


def minute(text):
    return int(datetime.fromisoformat(text).timestamp()) // 60


@pytest.mark.parametrize("mode", ["all", "first20"])
@pytest.mark.parametrize("name", CONTESTANTS)
def test_finds_what_the_reference_finds(name, mode, workload, right):
    contestant = CONTESTANTS[name].CONTESTANT
    assert answer(contestant, contestant.load(workload), mode) == right[mode]


@pytest.mark.parametrize("name", ["floor", "ours"])
def test_finds_again_with_another_length(name, workload, right):
    contestant = CONTESTANTS[name].CONTESTANT
    found = answer(contestant, contestant.load(workload), "second")
    assert found == right["second"]
    assert found != right["first20"]


@pytest.mark.parametrize("mode", ["office20", "office_second"])
@pytest.mark.parametrize("name", ["floor", "ours"])
def test_finds_the_first_in_office_hours(name, mode, workload, right):
    contestant = CONTESTANTS[name].CONTESTANT
    assert answer(contestant, contestant.load(workload), mode) == right[mode]
    assert right[mode] != right["first20"]


def test_a_later_search_finds_what_is_left_of_all(workload):
    rows = reference.answers(workload)
    assert reference.since(rows, OFFICE_HOURS) == reference.answers(in_office_hours(workload))


def test_office_hours_are_when_many_are_at_work():
    shape = in_office_hours(contest_shape(30))
    shape["clinicians"] = [{**person, "busy": []} for person in shape["clinicians"]]
    first = [row[0] * 60 - OFFICE_HOURS.timestamp() for row in reference.answers(shape)]
    assert sum(wait == 600 for wait in first) > 15  # 15:15 is the first quarter hour


def test_a_warm_search_answers_as_a_cold_one(workload, right):
    stage = Stage(ours.CONTESTANT, ours.load(workload), "warm20")
    stage.once()
    assert stage.pairs == right["warm20"]
    assert answer(floor.CONTESTANT, workload, "warm20") is None, "the floor remembers nothing"


def sizes_of_caches():
    """How much each `functools` cache of the domain holds, wherever it is kept: the collector knows them all."""
    caches = [each for each in gc.get_objects() if type(each) is _lru_cache_wrapper]
    return {
        f"{each.__module__}.{each.__qualname__}": each.cache_info().currsize
        for each in caches
        if each.__module__.startswith("scheduling.domain")
    }


def test_all_that_the_domain_remembers_is_forgotten(workload):
    ours.first(ours.load(workload))
    before = sizes_of_caches()
    assert before["scheduling.domain.localday.local_day"] > 0
    assert before["scheduling.domain.localday.WallSpans.on"] > 0
    ours.forget()
    after = sizes_of_caches()
    assert after.keys() >= before.keys()
    assert set(after.values()) == {0}


def test_a_contestant_without_a_second_search_has_none(workload):
    assert answer(loop.CONTESTANT, workload, "second") is None
    with pytest.raises(LookupError):
        Stage(loop.CONTESTANT, workload, "second").once()


def test_each_repeat_is_timed_and_the_last_answer_kept(workload, right):
    stage = Stage(floor.CONTESTANT, workload, "first20")
    assert [stage.once() for _ in range(3)] == stage.line["times_s"]
    assert stage.pairs == right["first20"]
    assert stage.line["digest"] == digest(right["first20"])


SPEC = {
    "window_start": "2026-10-31T00:00:00Z",
    "window_end": "2026-11-02T00:00:00Z",
    "first_local_date": "2026-10-31",
    "last_local_date": "2026-11-01",
    "duration_min": 30,
    "step_min": 15,
}


def one(shifts, busy=(), zone="America/New_York"):
    return {"spec": SPEC, "clinicians": [{"tz": zone, "shifts": shifts, "busy": [list(event) for event in busy]}]}


@pytest.mark.parametrize(
    ("shifts", "busy", "expected"),
    [
        pytest.param([[6, 540, 600]], [], ["13:00", "13:15", "13:30"], id="an hour"),
        pytest.param([[6, 540, 600]], [("13:00", "13:10")], ["13:15", "13:30"], id="ragged event"),
        pytest.param([[6, 540, 600]], [("13:20", "13:25")], ["13:30"], id="an event in the middle"),
        pytest.param([[6, 540, 600]], [("12:00", "14:00")], [], id="taken"),
        pytest.param([[6, 540, 600]], [("13:30", "13:45"), ("13:00", "13:05")], [], id="too little left"),
        pytest.param([[6, 540, 555], [6, 555, 570]], [], ["13:00"], id="over two shifts that touch"),
    ],
)
def test_the_reference_itself(shifts, busy, expected):
    day = "2026-10-31T{}:00Z"
    workload = one(shifts, [(day.format(start), day.format(end)) for start, end in busy])
    assert reference.answers(workload) == [[minute(day.format(text)) for text in expected]]


def test_the_reference_lives_the_hour_twice():
    found = reference.answers(one([[7, 60, 120]]))[0]
    assert found == list(range(minute("2026-11-01T05:00:00Z"), minute("2026-11-01T06:45:00Z"), 15))


def test_the_reference_stays_in_the_window():
    found = reference.answers(one([[5, 19 * 60, 21 * 60]]))[0]  # Friday 23:00 to 01:00 in UTC
    assert found == [minute("2026-10-31T00:00:00Z") + step for step in (0, 15, 30)]


def test_one_wrong_slot_is_noticed(right):
    planted = list(right["all"])
    number, start = planted[100]
    planted[100] = (number, start + 1)
    assert digest(planted) != digest(right["all"])
    assert reference.differing(planted, right["all"]) == 2
    assert reference.differing(right["all"], right["all"]) == 0


def told(folder, tamper):
    """What a whole run of two clinicians says, and whether it ends badly; `tamper` may change their workload."""
    course = Course(folder, ["plain"], [2])
    course.prepare()
    path = course.workload("plain", 2)
    path.write_text(json.dumps(tamper(json.loads(path.read_text()))))
    trial = Trial(course, {"floor": sys.executable, "ours": sys.executable})
    trial.round(0)
    return tell(trial, "no peers here")


def overlook_one(shape):
    del shape["clinicians"][1]["busy"][30], shape["kinds"][1][30]
    return shape


def test_a_run_in_which_all_is_right_ends_well(tmp_path, capsys):
    assert told(tmp_path, lambda shape: shape) is False
    said = capsys.readouterr().out
    assert "SKIPPED portion: no peers here" in said
    assert "DIFFERS" not in said
    assert "first 20, in office hours" in said
    assert "NOT MET" not in said, "two clinicians are too few to judge"
    assert "not judged, N=2" in said


def test_a_run_with_a_wrong_answer_ends_badly(tmp_path, capsys):
    assert told(tmp_path, overlook_one) is True
    assert "An answer DIFFERS" in capsys.readouterr().out


def test_only_the_first_flavour_has_the_further_searches(tmp_path):
    course = Course(tmp_path, ["plain", "edge"], [1])
    course.prepare()
    trial = Trial(course, {"floor": sys.executable, "ours": sys.executable})
    trial.round(0)
    played = {
        flavour: {row.mode for row in trial.results.rows if row.flavour == flavour} for flavour in course.flavours
    }
    assert played == {"plain": set(MODES), "edge": set(COMMON_MODES)}
    assert all(row.right for row in trial.results.rows)


@pytest.fixture
def one_clinician(tmp_path):
    path = tmp_path / "workload.json"
    path.write_text(json.dumps(contest_shape(1)))
    return path


def test_a_contestant_waits_for_its_turns_and_tells_all_in_the_end(one_clinician):
    player = field.Player("ours", sys.executable, one_clinician)
    assert player.modes == list(MODES)
    times = [player.once(mode) for mode in ("all", "second", "all")]
    lines = player.finish()
    assert [(line["name"], line["mode"], line["n"]) for line in lines] == [
        ("Daybook", "all", 1),
        ("Daybook", "second", 1),
    ]
    assert lines[0]["times_s"] == [times[0], times[2]]
    assert lines[0]["decode_s"] > 0


def test_a_contestant_answers_the_same_in_every_zone(one_clinician):
    found = [field.answer(sys.executable, "ours", one_clinician, "all", timezone=zone) for zone in ("", "Asia/Tokyo")]
    assert found[0] == found[1] == reference.pairs(reference.answers(contest_shape(1)))


@pytest.mark.parametrize("asked", [field.Player, lambda *who: field.answer(*who, "all")], ids=["player", "answer"])
def test_a_contestant_that_fails_says_why(asked, tmp_path):
    who = ("floor", sys.executable) if asked is field.Player else (sys.executable, "floor")
    with pytest.raises(field.Failed, match="FileNotFoundError"):
        asked(*who, tmp_path / "none.json")


def test_a_run_goes_on_without_a_contestant_that_fails(tmp_path):
    course = Course(tmp_path, ["plain"], [1])
    course.prepare()
    trial = Trial(course, {"floor": sys.executable, "with_portion": sys.executable})
    trial.round(0)
    assert trial.failed.keys() == {"with_portion"}
    assert "ModuleNotFoundError" in trial.failed["with_portion"]
    assert trial.results.answers("floor", "plain", "all") == "ok"
