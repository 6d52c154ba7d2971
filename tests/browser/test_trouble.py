"""What goes wrong outside a form: a session that ended, a page that is not there, a calendar service that is away."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from scheduling.accounts.roles import Role

from . import house
from .conftest import OpenPage
from .house import House
from .steps import block, choose_patient, dialog, free_spots, open_booking, press_book, sign_in, visits_of
from .watch import Watch

PASSWORD = "nine green herons"


def test_a_part_of_a_page_whose_session_has_ended_is_there_after_signing_in_again(
    page: Page, watch: Watch, quiet_day: str
) -> None:
    watch.expected.add(401)
    sign_in(page, Role.COORDINATOR, f"/day/{quiet_day}/")
    page.context.clear_cookies()
    block(page, free_spots(page)[0]).click()
    page.locator("#sign-in").get_by_role("button", name="Coordinator").click()
    expect(dialog(page).get_by_role("heading", name="Book a visit")).to_be_visible()
    expect(page).to_have_url(re.compile(f"/day/{quiet_day}/"))


@pytest.mark.parametrize(
    "path",
    [
        f"/appointments/{uuid4()}/",
        f"/patients/{uuid4()}/",
        f"/hours/{uuid4()}/",
        f"/week/{uuid4()}/2026-W48/",
        "/week/me/",
        "/day/2026-02-30/",
        "/nowhere/",
    ],
)
def test_an_address_that_leads_nowhere_says_so(page: Page, watch: Watch, path: str) -> None:
    watch.expected.add(404)
    sign_in(page, Role.COORDINATOR, "/search/")
    page.goto(path)
    expect(page.get_by_text("It may have been deleted meanwhile, or the link is wrong.")).to_be_visible()
    page.get_by_role("link", name="Go to the start page").click()
    expect(page).to_have_url(re.compile("/day/"))


@dataclass
class Clinic:
    """A Daybook that is connected as to a real tenant, and the server behind it, which can be ended and begun again."""

    house: House
    sandbox: Path
    port: int
    server: subprocess.Popen[bytes]

    def end_server(self) -> None:
        self.server.terminate()
        self.server.wait(timeout=30)


def serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """The sandbox on this port, answering."""
    command = [sys.executable, "-m", "scheduling.sandbox", "serve", "--port", str(port), "--data", str(folder)]
    with (folder.parent / "sandbox.log").open("ab") as log:
        server = subprocess.Popen(command, cwd=house.ROOT, stdout=log, stderr=log)
    house.wait_until_it_answers(f"http://127.0.0.1:{port}/_sandbox/health", server, folder.parent / "sandbox.log")
    return server


@pytest.fixture(scope="module")
def clinic(browser: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """Two clinicians behind WELKIN_URL, a coordinator with a password, no demo."""
    data = tmp_path_factory.mktemp("clinic")
    folder = data / "sandbox"
    folder.mkdir()
    port, sandbox_port = house.free_ports(2)
    server = serve(folder, sandbox_port)
    url = f"http://127.0.0.1:{sandbox_port}"
    size = ["--clinicians", "2", "--weeks", "2", "--from", datetime.now(UTC).date().isoformat()]
    run("-m", "scheduling.sandbox", "seed", "--data", str(folder), *size)
    with house.client_of(url, folder) as api:
        known = api.credentials
        env = house.environment(
            data,
            port,
            DEMO="0",
            WELKIN_URL=url,
            WELKIN_TENANT=known.tenant,
            WELKIN_INSTANCE=known.instance,
            WELKIN_CLIENT=known.client,
            WELKIN_SECRET=known.secret,
        )
        home = f"http://localhost:{port}"
        with house.child(["manage.py", "up"], env, data / "up.log", f"{home}/healthz"):
            staff = [user.username for user in api.users.find().rows]
            login = ["manage.py", "add_login", "corinne", "--role", "coordinator", "--password-stdin"]
            run(*login, env=env, typed=PASSWORD)
            run("manage.py", "add_team", "All", "--members", *staff, "--keepers", "corinne", env=env)
            started = Clinic(House(home, data, api), folder, sandbox_port, server)
            yield started
    started.end_server()


def run(*arguments: str, env: dict[str, str] | None = None, typed: str = "") -> None:
    """A command that must end well."""
    subprocess.run(
        [sys.executable, *arguments], cwd=house.ROOT, env=env, input=typed, text=True, check=True, capture_output=True
    )


def test_while_the_calendar_service_is_away_nothing_typed_is_lost_and_it_comes_back_alone(
    clinic: Clinic, open_page: OpenPage, watches: list[Watch], quiet_day: str
) -> None:
    page = open_page(clinic.house.url)
    watches[0].expected |= {502, 503}
    page.goto(f"/day/{quiet_day}/")
    page.get_by_label("User name or e-mail").fill("corinne")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    open_booking(page, free_spots(page)[0])
    patient = clinic.house.api.patients.find().rows[0]
    choose_patient(page, patient)
    dialog(page).get_by_text("Title, location and notes").click()
    dialog(page).get_by_label("Title").fill("A long talk")

    clinic.end_server()
    press_book(page)
    expect(dialog(page).get_by_text("The calendar service cannot be reached")).to_be_visible()
    expect(dialog(page).get_by_label("Title")).to_have_value("A long talk")
    expect(dialog(page).get_by_role("button", name=f"Remove {patient.name}")).to_be_visible()

    other = open_page(clinic.house.url, storage_state=page.context.storage_state())
    watches[1].expected |= {502, 503}
    other.goto("/day/2030-05-06/")
    expect(other.get_by_role("heading", name="The calendar service cannot be reached")).to_be_visible()
    other.goto(f"/day/{quiet_day}/")
    # For half a minute what was read is as good as read now.
    for _look in range(400):
        if other.locator("[data-stale]").count():
            break
        other.reload()
    expect(other.locator("[data-stale]")).to_contain_text("you can look, not change", timeout=20_000)
    expect(other.locator("[data-free]")).to_have_count(0)

    clinic.server = serve(clinic.sandbox, clinic.port)
    # The door opens for a look every few seconds.
    for _press in range(100):
        with page.expect_response(re.compile("/appointments/new/$"), timeout=30_000) as answer:
            press_book(page)
        if answer.value.ok:
            break
    expect(dialog(page)).to_be_hidden()
    assert len(visits_of(clinic.house.api, patient.id, quiet_day)) == 1
    expect(other.locator("[data-stale]")).to_have_count(0, timeout=40_000)
    expect(other.locator("[data-free]").first).to_be_visible()


def test_while_the_calendar_service_is_away_a_search_keeps_its_question_and_never_says_that_nothing_is_free(
    clinic: Clinic, open_page: OpenPage, watches: list[Watch], quiet_day: str
) -> None:
    page = open_page(clinic.house.url)
    watches[0].expected |= {502, 503}
    page.goto(f"/find/?first={quiet_day}&last={quiet_day}")
    page.get_by_label("User name or e-mail").fill("corinne")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("[data-slot]").first).to_be_visible()

    clinic.end_server()
    page.get_by_label("Length").select_option("45")
    page.get_by_role("button", name="Find times").click()
    expect(page.get_by_role("alert").get_by_text("The calendar service cannot be reached")).to_be_visible()
    expect(page.get_by_text("Whether anything is free is not known.")).to_be_visible()
    expect(page.get_by_label("Length")).to_have_value("45")
    expect(page.get_by_text("Nothing is free")).to_have_count(0)

    clinic.server = serve(clinic.sandbox, clinic.port)
    # The door opens for a look every few seconds.
    for _press in range(100):
        with page.expect_response(re.compile(r"/find/\?"), timeout=30_000) as answer:
            page.get_by_role("link", name="Try again").click()
        if answer.value.ok:
            break
    expect(page.locator("[data-slot]").first).to_be_visible()
