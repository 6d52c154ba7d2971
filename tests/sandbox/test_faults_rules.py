"""Which requests a rule meets, how it is accounted for, and what the control room refuses."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.faults.server import Faults
from tests.sandbox.api import Api
from tests.sandbox.faulty import Faulty
from tests.sandbox_fixture import ROOT, Sandbox, running, tenant_of


@pytest.fixture
def faulty(faults: Faults) -> Faulty:
    return Faulty.on(faults)


def reads(faulty: Faulty, count: int, path: str = "admin/users") -> list[int]:
    return [faulty.api.ask("GET", path).status_code for _ in range(count)]


def test_a_rule_acts_once_unless_told_otherwise(faulty: Faulty) -> None:
    rule = faulty.faults.rule({"status": 503}, path="admin/users")
    assert reads(faulty, 3) == [503, 200, 200]
    assert faulty.faults.account(rule) == {
        "id": rule,
        "tenant": faulty.faults.place.tenant,
        "seen": 3,
        "consumed": 1,
        "left": 0,
        "did": {"status": 1},
        "pending": 0,
        "failed": [],
    }


def test_a_rule_acts_so_often_or_for_ever(faulty: Faulty) -> None:
    faulty.faults.rule({"status": 503}, path="admin/users", times=2)
    for_ever = faulty.faults.rule({"status": 500}, path="patients", times=None, at_least=0)
    assert reads(faulty, 3) == [503, 503, 200]
    assert faulty.faults.account(for_ever)["left"] is None


MATCHES = [
    ("method", {"method": "GET"}, [False, True, True]),
    ("methods", {"method": ["POST", "GET"]}, [True, True, True]),
    ("lower case", {"method": "post"}, [True, False, False]),
    ("path", {"path": "admin/users"}, [False, True, False]),
    ("path with a slash", {"path": "/admin/users"}, [False, True, False]),
    ("glob", {"path": "*/calendar/*"}, [True, False, True]),
    ("glob of one segment less", {"path": "calendar/*"}, [False, False, False]),
    ("header", {"header": {"X-Who": "ada*"}}, [False, False, True]),
    ("both", {"method": "GET", "path": "*/calendar/events"}, [False, False, True]),
    ("second", {"nth": 2}, [False, True, False]),
    ("first and third", {"nth": [1, 3]}, [True, False, True]),
    ("never", {"probability": 0}, [False, False, False]),
    ("always", {"probability": 1}, [True, True, True]),
]


@pytest.mark.parametrize(("match", "hits"), [row[1:] for row in MATCHES], ids=[row[0] for row in MATCHES])
def test_a_rule_meets_what_it_matches(faulty: Faulty, match: dict[str, Any], hits: list[bool]) -> None:
    faulty.faults.rule({"status": 418}, times=None, at_least=0, **match)
    faulty.api.session.headers.pop("X-Who", None)
    got = [faulty.create().status_code, faulty.api.ask("GET", "admin/users").status_code]
    faulty.api.session.headers["X-Who"] = "ada.quill"
    got.append(faulty.day().status_code)
    assert [status == 418 for status in got] == hits


def test_the_dice_fall_alike_for_one_seed(make_fault_sandbox: Any) -> None:
    patterns = []
    for seed in (1, 1, 2):
        faults = Faults(make_fault_sandbox())
        faulty = Faulty.on(faults)
        faults.rule({"status": 503}, path="admin/users", probability=0.5, seed=seed, times=None)
        patterns.append(reads(faulty, 40))
    assert (patterns[0] == patterns[1], patterns[0] == patterns[2]) == (True, False)
    assert 8 < patterns[0].count(503) < 32


def test_the_oldest_rule_acts_and_the_next_one_after_it(faulty: Faulty) -> None:
    first = faulty.faults.rule({"status": 501}, path="admin/users")
    second = faulty.faults.rule({"status": 502}, path="admin/users")
    assert reads(faulty, 3) == [501, 502, 200]
    assert (faulty.faults.account(first)["seen"], faulty.faults.account(second)["seen"]) == (3, 3)


def test_a_rule_is_its_own_tenants_alone(faulty: Faulty, make_fault_sandbox: Any) -> None:
    other = Faulty.on(Faults(make_fault_sandbox()))
    faulty.faults.rule({"status": 503}, path="admin/users", times=None)
    assert (reads(other, 1), reads(faulty, 1)) == ([200], [503])
    assert (len(other.faults.requests("GET")), len(faulty.faults.requests("GET"))) == (1, 1)


def test_a_rule_taken_away_acts_no_more(faulty: Faulty) -> None:
    one = faulty.faults.rule({"status": 503}, path="admin/users", times=None)
    assert reads(faulty, 1) == [503]
    faulty.faults.remove(one)
    assert reads(faulty, 1) == [200]
    faulty.faults.rule({"status": 503}, path="admin/users", times=None, at_least=0)
    faulty.faults.clear()
    assert reads(faulty, 1) == [200]


WRONG = [
    ("no tenant", {"match": {}, "do": ["html"]}),
    ("a tenant unknown", {"match": {"tenant": "nobody"}, "do": ["html"]}),
    ("nothing to do", {"match": {"tenant": ...}, "do": []}),
    ("an action unknown", {"match": {"tenant": ...}, "do": ["explode"]}),
    ("two in one", {"match": {"tenant": ...}, "do": [{"html": {}, "bom": {}}]}),
    ("the same twice", {"match": {"tenant": ...}, "do": ["html", "html"]}),
    ("an argument missing", {"match": {"tenant": ...}, "do": ["status"]}),
    ("an argument too many", {"match": {"tenant": ...}, "do": [{"html": 5}]}),
    ("an argument of a wrong type", {"match": {"tenant": ...}, "do": [{"stall": "long"}]}),
    ("a status that is none", {"match": {"tenant": ...}, "do": [{"status": 42}]}),
    ("a name unknown", {"match": {"tenant": ...}, "do": [{"stall": {"minutes": 5}}]}),
    ("a word in match", {"match": {"tenant": ..., "url": "x"}, "do": ["html"]}),
    ("no times", {"match": {"tenant": ...}, "do": ["html"], "times": 0}),
    ("an nth of none", {"match": {"tenant": ..., "nth": 0}, "do": ["html"]}),
    ("odds above one", {"match": {"tenant": ..., "probability": 2}, "do": ["html"]}),
]


@pytest.mark.parametrize("body", [row[1] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_rule_that_makes_no_sense_is_refused(fault_sandbox: Sandbox, body: dict[str, Any]) -> None:
    if body["match"].get("tenant") is ...:
        body = {**body, "match": {**body["match"], "tenant": fault_sandbox.tenant}}
    answer = requests.post(f"{fault_sandbox.url}/_faults", json=body, timeout=60)
    assert answer.status_code in (400, 404), answer.text
    told = requests.get(f"{fault_sandbox.url}/_faults", params={"tenant": fault_sandbox.tenant}, timeout=60)
    assert told.json() == {"rules": []}


def test_an_unknown_rule_is_404(fault_sandbox: Sandbox) -> None:
    url = f"{fault_sandbox.url}/_faults/r999999"
    assert [requests.request(verb, url, timeout=60).status_code for verb in ("GET", "DELETE")] == [404, 404]


ROUTES = [
    ("POST", ""),
    ("GET", "?tenant=x"),
    ("DELETE", "?tenant=x"),
    ("GET", "/journal?tenant=x"),
    ("GET", "/dump?tenant=x"),
    ("GET", "/requests?tenant=x"),
    ("PATCH", "/tenants/x"),
    ("GET", "/r1"),
    ("DELETE", "/r1"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_the_flag_there_is_no_control_room(sandbox_server: str, method: str, path: str) -> None:
    answer = requests.request(method, f"{sandbox_server}/_faults{path}", json={}, timeout=60)
    assert (answer.status_code, answer.json()[0]["errorCode"]) in ((404, "NOT_FOUND"), (405, "METHOD_NOT_ALLOWED"))
    document = requests.get(f"{sandbox_server}/openapi.json", timeout=60).json()
    assert not [route for route in document["paths"] if "faults" in route]


def test_without_the_flag_nothing_is_journalled(sandbox_server: str, tmp_path: Path) -> None:
    with running(tmp_path, "--test-control") as plain:
        place = tenant_of(plain)
        api = Api(place)
        api.event(api.user())
    with running(tmp_path, "--test-control", "--faults") as address:
        told = Faults(Sandbox(address, place.tenant, place.instance, place.client, place.secret))
        assert (told.journal(), len(told.dump())) == ([], 1)


NAMES = "import django; django.setup(); from scheduling.sandbox.faults.actions.registry import names; print(*names())"


def test_every_action_of_the_manual_is_there_and_no_other(tmp_path: Path) -> None:
    """In a process of its own: the sandbox's models belong to its own settings."""
    own = {"DJANGO_SETTINGS_MODULE": "scheduling.sandbox.settings", "SANDBOX_DATA": str(tmp_path)}
    told = subprocess.check_output([sys.executable, "-c", NAMES], cwd=ROOT, env=os.environ | own, text=True)
    table = (ROOT / "docs" / "faults.md").read_text().split("| action |")[1].split("\n\n")[0]
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    written = {word.strip().strip("`") for cell in cells for word in cell.replace("(background)", "").split(",")}
    assert written == set(told.split())
