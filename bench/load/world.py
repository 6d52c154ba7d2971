"""What a run needs: a fault server with a fresh tenant, a database, and worker processes that call the services."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import requests

from tests.faults.checker import check
from tests.faults.history import Attempt, read
from tests.postgres_fixture import Cluster, cluster
from tests.sandbox_fixture import ROOT, Sandbox, running, tenant_of

SQLITE, POSTGRES = "sqlite", "postgres"
LATENCY_MS = 20
# How long an effect may come late: scaled down from the two minutes of a real tenant.
SETTLE_SECONDS = 2
SWITCHED_OFF = "the call limit of the API key (raised), fsync of PostgreSQL, https; SETTLE_SECONDS is 2 instead of 120"
# All workers are to stand at the line before they go.
HEAD_START = 0.4


class Worker:
    """A process of its own with Django and the real services: takes jobs and answers them, a line of JSON each."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bench.load.worker"],
                cwd=ROOT,
                env={**environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._log = log

    def send(self, job: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """What came of the oldest job without an answer. Raises RuntimeError where it failed."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a worker ended: {self._log.read_text()[-4000:]}")
        told = json.loads(line)
        if "failed" in told:
            raise RuntimeError(told["failed"])
        return told["told"]

    def do(self, name: str, **more: Any) -> Any:
        self.send({"do": name, **more})
        return self.answer()

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@dataclass
class World:
    """One clinic on one tenant of the fault server, with one database of ours."""

    folder: Path
    tenant: Sandbox
    database: str
    clinic: dict[str, Any] = field(default_factory=dict)
    workers: list[Worker] = field(default_factory=list)
    histories: list[Path] = field(default_factory=list)
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """A clean one: no shell and no `.env` of a developer reaches a run."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        blank = dict.fromkeys(("CACHE_URL", "PUBLIC_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "DEMO", "DEBUG"), "")
        own = self.tenant
        return {
            **kept,
            **blank,
            "DEMO": "0",
            "DEBUG": "0",
            "PYTHONWARNINGS": "ignore",
            "DJANGO_SETTINGS_MODULE": "scheduling.settings",
            "DATABASE_URL": self.database,
            "DATA": str(self.folder),
            "SECRET_KEY": "load-only-" + "x" * 50,
            "CLINIC_TIMEZONE": "America/New_York",
            "SETTLE_SECONDS": str(SETTLE_SECONDS),
            "WELKIN_URL": own.url,
            "WELKIN_TENANT": own.tenant,
            "WELKIN_INSTANCE": own.instance,
            "WELKIN_CLIENT": own.client,
            "WELKIN_SECRET": own.secret,
            "WELKIN_CALLS_PER_MINUTE": "10000000",
            "WEB_THREADS": "16",  # half of them may be in calls: as many as press buttons here
            **self.settings,
        }

    def hire(self, number: int) -> None:
        """As many workers more, ready to go."""
        new = [Worker(self.environment, self.folder / f"worker-{len(self.workers) + n}.log") for n in range(number)]
        self.workers += new
        for worker in new:
            worker.send({"do": "warm"})
        for worker in new:
            worker.answer()

    def all(self, jobs: Sequence[Mapping[str, Any]], head_start: float = HEAD_START) -> list[Any]:
        """One job for each of the first workers, begun together."""
        begin = time.monotonic() + head_start
        crew = self.workers[: len(jobs)]
        for worker, job in zip(crew, jobs, strict=True):
            path = self.folder / f"history-{len(self.histories)}.jsonl"
            path.touch()
            self.histories.append(path)
            worker.send({"history": str(path), "begin": begin, **job})
        return [worker.answer() for worker in crew]

    @property
    def history(self) -> list[Attempt]:
        return read(self.histories)

    # --- The other side ---

    def rule(self, *actions: Any, times: int | None = 1, **match: Any) -> str:
        """A rule of the fault server for this tenant; its id."""
        told = {"match": {"tenant": self.tenant.tenant, **match}, "do": list(actions), "times": times}
        answer = requests.post(f"{self.tenant.url}/_faults", json=told, timeout=30)
        if not answer.ok:
            raise RuntimeError(answer.text)
        return str(answer.json()["id"])

    def slow(self) -> None:
        """The API answers as one far away."""
        self.rule({"latency": LATENCY_MS}, times=None)

    def accounts(self) -> list[dict[str, Any]]:
        return list(self._ask("")["rules"])

    def latencies(self) -> int:
        """How many requests were slowed and nothing else."""
        return sum(row["did"].get("latency", 0) for row in self.accounts())

    def heal(self) -> None:
        """No fault acts any more; effects on their way still land."""
        requests.delete(f"{self.tenant.url}/_faults", params={"tenant": self.tenant.tenant}, timeout=30)

    def switch(self, **modes: Any) -> None:
        answer = requests.patch(f"{self.tenant.url}/_faults/tenants/{self.tenant.tenant}", json=modes, timeout=30)
        answer.raise_for_status()

    def _ask(self, what: str) -> Any:
        answer = requests.get(f"{self.tenant.url}/_faults{what}", params={"tenant": self.tenant.tenant}, timeout=300)
        answer.raise_for_status()
        return answer.json()

    @property
    def sandbox(self) -> dict[str, Any]:
        """What really happened: the dump, the journal, the requests."""
        return {**self._ask("/dump"), **self._ask("/journal"), **self._ask("/requests")}

    def reconcile(self, until: float = 60, *, ahead: float = 0, sweep: bool = True) -> float:
        """Run the reconciler until nothing is open; the seconds it took. `ahead`: its clock is so much later."""
        return float(self.workers[0].do("reconcile", until=until, ahead=ahead, sweep=sweep))

    @contextmanager
    def tended(self) -> Iterator[None]:
        """The reconciler is at work in the last of the workers, as it is beside the web processes."""
        stop = self.folder / "stop"
        self.workers[-1].send({"do": "tend", "stop": str(stop)})
        try:
            yield
        finally:
            stop.touch()
            self.workers[-1].answer()
            stop.unlink()

    def ours(self) -> dict[str, Any]:
        return dict(self.workers[0].do("dump"))

    def judge(self, history: Sequence[Attempt] = ()) -> dict[str, list[str]]:
        """The checker over everything: the violations."""
        return check([*self.history, *history], self.sandbox, self.ours())


_numbers = count()


class House:
    """The servers of all runs, started when first asked for."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="daybook-load-")))
        self._address: str | None = None
        self._cluster: Cluster | None = None

    @property
    def address(self) -> str:
        if self._address is None:
            room = self.folder / "sandbox"
            room.mkdir()
            self._address = self._stack.enter_context(running(room, "--test-control", "--faults"))
        return self._address

    def database(self, vendor: str, folder: Path) -> str:
        if vendor == SQLITE:
            return f"sqlite:///{folder / 'ours.sqlite3'}"
        if self._cluster is None:
            self._cluster = self._stack.enter_context(cluster())
        return self._cluster.database(f"load{next(_numbers)}")

    @contextmanager
    def world(
        self, vendor: str = SQLITE, *, clinicians: int = 1, patients: int = 1, crew: int = 4, **modes: Any
    ) -> Iterator[World]:
        """A fresh tenant and database with so many people, and so many workers. `modes` are the tenant's switches."""
        folder = self.folder / f"world-{next(_numbers)}"
        folder.mkdir()
        world = World(folder, tenant_of(self.address, **modes), self.database(vendor, folder))
        try:
            first = Worker(world.environment, folder / "worker-first.log")
            world.workers.append(first)
            world.clinic = first.do("prepare", clinicians=clinicians, patients=patients)
            world.hire(crew - 1)
            yield world
        finally:
            for worker in world.workers:
                worker.end()


@contextmanager
def house() -> Iterator[House]:
    with ExitStack() as stack:
        yield House(stack)
