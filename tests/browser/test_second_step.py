"""A Daybook that is no demo: its first administrator sets up a second step, and signs in by app and by passkey."""

import base64
import hmac
import re
import struct
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from . import house
from .access import inspect
from .conftest import OpenPage
from .watch import Watch

WORD = "otters read old maps"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def home(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address; "root" is its administrator."""
    data = tmp_path_factory.mktemp("clinic")
    port, sandbox_port = house.free_ports(2)
    env = house.environment(data, port, SANDBOX_PORT=str(sandbox_port), DEMO="0", MFA_REQUIRED="1")
    size = ["--clinicians", "2", "--weeks", "1"]
    url = f"http://localhost:{port}"
    with house.child(["manage.py", "up", *size], env, data / "up.log", f"{url}/healthz"):
        command = [sys.executable, "manage.py", "first_administrator", "root", "--password-stdin"]
        subprocess.run(command, cwd=house.ROOT, env=env, input=WORD, text=True, check=True, capture_output=True)
        yield url


def code_of(secret: str) -> str:
    """What an app shows for the secret, by RFC 6238."""
    step = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), step, "sha1").digest()
    begin = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[begin : begin + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def type_password(page: Page, to: str = "/people/") -> None:
    page.goto(to)
    page.get_by_label("User name or e-mail").fill("root")
    page.get_by_label("Password").fill(WORD)
    page.get_by_role("button", name="Sign in").click()


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def test_from_the_first_sign_in_to_app_codes_and_passkey(home: str, open_page: OpenPage, watches: list[Watch]) -> None:
    page = open_page(home)
    watches[0].expected |= {401}
    type_password(page)
    heading(page, "Set up a second step first")
    assert inspect(page) == []

    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator(".key-text").inner_text()
    assert inspect(page) == []
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Switch on").click()
    heading(page, "Recovery codes")
    codes = page.locator(".codes code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("button", name="Your menu")).to_be_visible()

    # A session that ended is begun again over the page, with both steps.
    page.goto("/people/")
    page.context.clear_cookies()
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("link", name="Undo the last change").click()
    gate = page.locator("#sign-in")
    gate.get_by_label("User name or e-mail").fill("root")
    gate.get_by_role("textbox", name="Password").fill(WORD)
    gate.get_by_role("button", name="Sign in").click()
    expect(gate.get_by_role("heading", name="One step more")).to_be_visible()
    assert inspect(page) == []
    gate.get_by_label("Code").fill(codes[0])
    gate.get_by_role("button", name="Sign in", exact=True).click()
    expect(gate).to_be_hidden()
    expect(page.locator("#dialog")).to_be_visible()

    page.goto("/account/second/")
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("link", name="Rename Passkey 1")).to_be_visible()
    assert inspect(page) == []

    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Sign out").click()
    type_password(page)
    heading(page, "One step more")
    assert inspect(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/people/$"))
    page.goto("/account/")
    expect(page.get_by_text("9 codes are unused")).to_be_visible()
    assert inspect(page) == []
