"""Every write goes through `writes.perform`: the client's writing methods are called nowhere else, never unaudited."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduling.services import (
    appointments,
    closing,
    contracts,
    hours_locks,
    invitations,
    joining,
    leave,
    patients,
    restoring,
    rotations,
    staff_sets,
    staying,
    unanswering,
    user_admin,
    work_hours,
    writes,
)

ROOT = Path(__file__).resolve().parents[2] / "scheduling"
SERVICES = sorted(path for path in (ROOT / "services").glob("*.py") if path.name != "writes.py")
PAGES = sorted((ROOT / "web").rglob("*.py"))
# What takes a callable and runs it inside `perform`: the choke point and the two names it is reached by.
GATES = {"perform", "once", "Act", "again"}
# Functions that send and are no gate: they may be called only by what is handed to one, in whichever module.
SENDERS = {"create": "appointments"}


def calls_on(tree: ast.AST, *path: str) -> set[str]:
    """The methods that are called on a path of names: `calls_on(tree, "self", "_core")`."""
    wanted = ".".join(path)
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value) == wanted
    }


def reaching(calls: dict[str, set[str]], ends: set[str]) -> set[str]:
    """Whatever calls one of `ends`, itself or through others of the same place. `calls`: by name, what it calls."""
    found: set[str] = set()
    while more := {name for name, called in calls.items() if called & (ends | found)} - found:
        found |= more
    return found


def writing_methods(source: str) -> set[str]:
    """The public methods of a resource of the client that send something which is no read."""
    found = set()
    for cls in (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)):
        methods = {node.name: node for node in cls.body if isinstance(node, ast.FunctionDef)}
        direct = {name: calls_on(node, "self", "_core") & {"write", "send"} for name, node in methods.items()}
        own = {name: calls_on(node, "self") | direct[name] for name, node in methods.items()}
        found |= reaching(own, {"write", "send"})
    return {name for name in found if not name.startswith("_")}


def resources_of(source: str) -> set[str]:
    """The names under which the client has its resources: `self.events = Events(core)`."""
    return {
        target.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Attribute) and [ast.unparse(each) for each in node.value.args] == ["core"]
    }


WRITES = set().union(
    *(writing_methods(path.read_text()) for path in (ROOT / "welkin" / "resources").glob("*.py")),
)
RESOURCES = resources_of((ROOT / "welkin" / "client.py").read_text())


def test_the_writing_methods_are_those_of_the_clients_own_source() -> None:
    methods = ["answer", "cancel", "change", "change_many", "create", "delete", "delete_by_name", "replace"]
    assert sorted(WRITES) == methods
    assert sorted(RESOURCES) == ["events", "hours", "patients", "records", "schedules", "users"]


def is_client_write(node: ast.AST) -> bool:
    """`….events.create(…)` and the like: a writing method of a resource of the client."""
    call = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(call, ast.Attribute)
        and call.attr in WRITES
        and isinstance(call.value, ast.Attribute)
        and call.value.attr in RESOURCES
    )


def is_sender(node: ast.AST, module: str) -> bool:
    """A call of one of `SENDERS`, by the module's name or inside the module itself."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return SENDERS.get(node.func.attr) == ast.unparse(node.func.value)
    return isinstance(node.func, ast.Name) and SENDERS.get(node.func.id) == module


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.Lambda]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda))


def name_of_call(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def gated(tree: ast.AST) -> set[str | int]:
    """Names of functions, and lambdas by their place, that are handed to a gate as what it shall do."""
    handed: set[str | int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of_call(node) in GATES:
            for given in (*node.args, *(each.value for each in node.keywords)):
                if isinstance(given, ast.Name):
                    handed.add(given.id)
                elif isinstance(given, ast.Lambda):
                    handed.add(given.lineno)
    return handed


def innermost(tree: ast.AST, wanted: ast.AST) -> ast.FunctionDef | ast.Lambda | None:
    around = [each for each in functions(tree) if any(node is wanted for node in ast.walk(each))]
    return max(
        around, key=lambda each: (each.lineno, -(each.end_lineno or 0), isinstance(each, ast.Lambda)), default=None
    )


def ungated_writes(source: str, module: str = "") -> list[int]:
    """The lines of writes that stand outside a function handed to a gate."""
    tree = ast.parse(source)
    handed = gated(tree)
    senders = {name for name, place in SENDERS.items() if place == module}
    found = []
    for node in ast.walk(tree):
        if is_client_write(node) or is_sender(node, module):
            around = innermost(tree, node)
            key = around.name if isinstance(around, ast.FunctionDef) else around.lineno if around else ""
            if key not in handed | senders:
                found.append(node.lineno)  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_services_write_through_the_choke_point_only(path: Path) -> None:
    assert ungated_writes(path.read_text(), path.stem) == []


def resources_kept(source: str) -> list[int]:
    """The lines where a resource of the client is taken without calling it at once: the walk could not follow it."""
    tree = ast.parse(source)
    called = {
        id(node.func.value) for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "value")
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in RESOURCES
        and ast.unparse(node.value).endswith("client")
        and id(node) not in called
    ]


@pytest.mark.parametrize("path", [*SERVICES, *PAGES], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_resource_of_the_client_is_kept_under_another_name(path: Path) -> None:
    assert resources_kept(path.read_text()) == []


def test_pages_never_call_the_client_to_write() -> None:
    found = {
        path.name: lines
        for path in PAGES
        if (lines := [node.lineno for node in ast.walk(ast.parse(path.read_text())) if is_client_write(node)])  # type: ignore[attr-defined]
    }
    assert found == {}


def test_what_sends_and_is_no_gate_may_be_called_by_a_gate_only() -> None:
    bare = "def again(desk):\n    appointments.create(desk)\n"
    inside = "def create(desk):\n    desk.client.events.create(1)\ndef book(desk):\n    create(desk)\n"
    handed = "def book(desk):\n    once(desk, Act(lambda: create(desk)))\n"

    found = [ungated_writes(bare), ungated_writes(inside, "appointments"), ungated_writes(handed, "appointments")]
    assert found == [[2], [4], []]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def book(desk):\n    desk.client.events.create(1)\n", [2]),
        ("def book(desk):\n    def act():\n        desk.client.events.create(1)\n    perform(desk, act)\n", []),
        ("def book(desk):\n    def act():\n        desk.client.events.create(1)\n    act()\n", [3]),
        ("def stop(desk):\n    once(desk, Act(lambda: desk.client.events.cancel(1)))\n", []),
        ("def stop(desk):\n    run(lambda: desk.client.events.cancel(1))\n", [2]),
        ("def sign(desk):\n    desk.client.records.change_many(1)\n", [2]),
        ("def sign(client):\n    client.users.delete_by_name('x')\n", [2]),
    ],
    ids=["bare", "handed", "not-handed", "lambda", "lambda-elsewhere", "many-records", "another-client"],
)
def test_the_walk_itself_sees_what_it_should(source: str, lines: list[int]) -> None:
    assert ungated_writes(source) == lines


def test_the_walk_sees_a_resource_that_is_kept() -> None:
    assert resources_kept("def stop(desk):\n    events = desk.client.events\n    events.cancel(1)\n") == [2]


WRITERS = (
    appointments.book,
    appointments.move,
    appointments.edit,
    closing.cancel,
    closing.mark,
    closing.attend,
    closing.delete,
    closing.unmark,
    contracts.set_minutes,
    hours_locks.delegate,
    hours_locks.lift,
    hours_locks.lock,
    invitations.answer,
    joining.join,
    joining.take_out,
    leave.ask,
    patients.create,
    user_admin.create,
    user_admin.change,
    restoring.restore,
    rotations.keep,
    staff_sets.delete,
    staff_sets.save,
    staying.keep,
    staying.unkeep,
    unanswering.take_back,
    work_hours.write,
)
# For the worker: it acts for the login whose form it was, with an intent that is a part of the form's own.
INNER = {"closing.withdraw", "refusing.finish", "refusing.refuse"}


def public_writers(path: Path) -> set[str]:
    """The public functions of a service that reach the choke point, themselves or through the module's others."""
    tree = ast.parse(path.read_text())
    calls = {
        node.name: {name_of_call(each) for each in ast.walk(node) if isinstance(each, ast.Call)}
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }
    return {f"{path.stem}.{name}" for name in reaching(calls, {"perform", "once"}) if not name.startswith("_")}


def test_the_list_of_writers_is_complete() -> None:
    listed = {f"{writer.__module__.rpartition('.')[2]}.{writer.__name__}" for writer in WRITERS}

    # `changing.once` is the gate's other name.
    assert set().union(*map(public_writers, SERVICES)) == listed | INNER | {"changing.once"}


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: f"{writer.__module__}.{writer.__name__}")
def test_every_writer_takes_the_forms_intent(writer: object) -> None:
    assert {"desk": "Desk", "intent": "str"}.items() <= {
        name: getattr(kind, "__name__", kind) for name, kind in writer.__annotations__.items()
    }.items()


def test_perform_takes_an_intent() -> None:
    assert "key" in writes.perform.__annotations__
