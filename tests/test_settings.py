"""Settings: every unsafe mix refuses to start, and says in one sentence what to do. Each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NAMES = [
    *("DEBUG", "DEMO", "PORT", "SANDBOX_PORT", "PUBLIC_URL", "ALLOWED_HOSTS", "TRUSTED_PROXIES", "SECRET_KEY"),
    *("WELKIN_URL", "WELKIN_TENANT", "WELKIN_INSTANCE", "WELKIN_CLIENT", "WELKIN_SECRET"),
    *("WELKIN_CALLS_PER_MINUTE", "WEB_THREADS", "MFA_REQUIRED", "METRICS_TOKEN"),
    *("OIDC_SERVER_URL", "OIDC_CLIENT", "OIDC_SECRET", "OIDC_NAME"),
    *("DATABASE_URL", "CACHE_URL", "EMAIL_URL", "CLINIC_TIMEZONE", "DJANGO_SETTINGS_MODULE"),
]
GOOD = {
    "PUBLIC_URL": "https://daybook.example",
    "ALLOWED_HOSTS": "daybook.example",
    "SECRET_KEY": "k" * 50,
}


def ask(question: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Print a question about the settings in a child whose environment holds this alone."""
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    # Empty rather than absent: a developer's `.env` fills in only what is not there at all.
    numbers = {"DEBUG": "0", "DEMO": "0", "PORT": "8000", "SANDBOX_PORT": "8001", "CLINIC_TIMEZONE": "UTC"}
    emptied = (
        dict.fromkeys(NAMES[:-1], "")
        | numbers
        | {"MFA_REQUIRED": "1"}
        | {"EMAIL_URL": "consolemail://", "DATA": str(data)}
    )
    program = f"from scheduling import settings; print(({question}))"
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=kept | emptied | environment,
        capture_output=True,
        text=True,
        check=False,
    )


UNSAFE: dict[str, tuple[dict[str, str], str]] = {
    "demo on a public address": (
        GOOD | {"DEMO": "1"},
        "DEMO offers logins without a password, on a loopback address only: unset it, or PUBLIC_URL and ALLOWED_HOSTS.",
    ),
    "demo for other hosts": (
        {"DEMO": "1", "ALLOWED_HOSTS": "localhost,daybook.example"},
        "DEMO offers logins without a password, on a loopback address only: unset it, or PUBLIC_URL and ALLOWED_HOSTS.",
    ),
    "public without encryption": (
        GOOD | {"PUBLIC_URL": "http://daybook.example"},
        "PUBLIC_URL must start with https:// when it is not a loopback address.",
    ),
    "public with debug": (
        GOOD | {"DEBUG": "1"},
        "DEBUG shows internals to everybody: unset it where PUBLIC_URL or ALLOWED_HOSTS is no loopback address.",
    ),
    "debug for other hosts": (
        {"DEBUG": "1", "ALLOWED_HOSTS": "localhost,daybook.example"},
        "DEBUG shows internals to everybody: unset it where PUBLIC_URL or ALLOWED_HOSTS is no loopback address.",
    ),
    "this machine for any host": (
        {"ALLOWED_HOSTS": "*"},
        "ALLOWED_HOSTS must name each host in full.",
    ),
    "a token for figures that can be guessed": (
        {"METRICS_TOKEN": "figures"},
        "METRICS_TOKEN must have 32 random characters or more.",
    ),
    "public without hosts": (
        GOOD | {"ALLOWED_HOSTS": ""},
        "ALLOWED_HOSTS must name the hosts that PUBLIC_URL is reached by.",
    ),
    "public for any host": (
        GOOD | {"ALLOWED_HOSTS": "*"},
        "ALLOWED_HOSTS must name each host in full.",
    ),
    "public for all below a domain": (
        GOOD | {"ALLOWED_HOSTS": ".example"},
        "ALLOWED_HOSTS must name each host in full.",
    ),
    "public without a key": (
        GOOD | {"SECRET_KEY": ""},
        "SECRET_KEY must be set (50 random characters or more) where PUBLIC_URL is not a loopback address.",
    ),
    "public with a short key": (
        GOOD | {"SECRET_KEY": "secret"},
        "SECRET_KEY must be set (50 random characters or more) where PUBLIC_URL is not a loopback address.",
    ),
    "an API without encryption": (
        {"WELKIN_URL": "http://api.example"},
        "WELKIN_URL must start with https://: the client's secret and patients' names would travel readable.",
    ),
}


@pytest.mark.parametrize(("environment", "sentence"), UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_mix_refuses_to_start(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    child = ask("1", tmp_path, **environment)
    assert (child.returncode, child.stdout) == (1, "")
    assert child.stderr.strip().splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {sentence}"


# What others may open, whether the address is public, the mode of the folder -> whether it starts.
WIDE: dict[str, tuple[str, dict[str, str], int, bool]] = {
    "nothing": ("", {}, 0o700, True),
    "the key": ("secret-key", {}, 0o700, False),
    "the database": ("daybook.sqlite3", {}, 0o700, False),
    "its journal": ("daybook.sqlite3-wal", {}, 0o700, False),
    "a log": ("worker.log", {}, 0o700, False),
    "what holds no secret": ("static.txt", {}, 0o700, True),
    "a folder that somebody made": ("", {}, 0o755, True),
    "the folder, on a public address": ("", GOOD, 0o755, False),
    "a closed folder, on a public address": ("", GOOD, 0o700, True),
    "the key, on a public address": ("secret-key", GOOD, 0o700, False),
}


@pytest.mark.parametrize(("name", "environment", "mode", "starts"), WIDE.values(), ids=WIDE)
def test_files_that_others_may_open_refuse_to_start(
    tmp_path: Path, name: str, environment: dict[str, str], mode: int, starts: bool
) -> None:
    tmp_path.chmod(mode)
    if name:
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o644)

    child = ask("1", tmp_path, **environment)

    wide = tmp_path / name if name else tmp_path
    told = f"Others than the owner may open {wide}: run chmod -R go= on each."
    assert child.returncode == (0 if starts else 1)
    assert starts or child.stderr.strip().endswith(told)


COOKIES = "settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 31536000"


def test_a_public_address_is_secure(tmp_path: Path) -> None:
    child = ask(COOKIES, tmp_path, **GOOD)
    assert (child.stderr, child.stdout) == ("", "('__Host-session', True, True)\n")


def test_a_loopback_address_needs_no_setting(tmp_path: Path) -> None:
    child = ask("settings.PUBLIC_URL, settings.DEMO, settings.SANDBOX, settings.DEBUG", tmp_path)
    assert (child.stderr, child.stdout) == ("", "('http://localhost:8000', False, True, False)\n")


def test_there_are_no_logins_without_a_password_over_a_real_tenant(tmp_path: Path) -> None:
    child = ask("settings.DEMO", tmp_path, DEMO="1", WELKIN_URL="https://api.example")
    assert (child.stderr, child.stdout) == ("", "False\n")


SECOND_FACTOR = {
    "of itself": ({}, True),
    "on a public address": (GOOD, True),
    "switched off": ({"MFA_REQUIRED": "0"}, False),
    "in the demo": ({"DEMO": "1"}, False),
    "over a real tenant, whatever DEMO says": ({"DEMO": "1", "WELKIN_URL": "https://api.example"}, True),
}


@pytest.mark.parametrize(("environment", "required"), SECOND_FACTOR.values(), ids=SECOND_FACTOR)
def test_where_a_second_factor_is_required(tmp_path: Path, environment: dict[str, str], required: bool) -> None:
    child = ask("settings.MFA_REQUIRED", tmp_path, **environment)
    assert (child.stderr, child.stdout) == ("", f"{required}\n")


def test_the_kept_key_stays_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    first, second = (ask("settings.SECRET_KEY", folder).stdout for _ in range(2))
    assert first == second
    assert len(first.strip()) >= 50
    assert [oct(path.stat().st_mode & 0o777) for path in (folder, folder / "secret-key")] == ["0o700", "0o600"]


def test_the_checks_of_production_are_clean(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    key = "".join(chr(33 + number % 90) for number in range(0, 640, 7))
    environment = kept | GOOD | {"SECRET_KEY": key, "DATA": str(tmp_path), "DEMO": "0", "DEBUG": "0"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "INFO"]
    child = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (child.returncode, child.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), (
        child.stderr
    )


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from a vault\n")
    child = ask("settings.WELKIN_SECRET", tmp_path, WELKIN_SECRET_FILE=str(file))
    assert (child.stderr, child.stdout) == ("", "from a vault\n")


def test_a_file_that_is_not_there_refuses_to_start(tmp_path: Path) -> None:
    child = ask("settings.WELKIN_SECRET", tmp_path, WELKIN_SECRET_FILE=str(tmp_path / "nothing"))
    assert child.returncode == 1
    assert child.stderr.endswith("ImproperlyConfigured: The file that WELKIN_SECRET_FILE names cannot be read.\n")


LIMITS = {
    "the sandbox has none": ({}, "(None, 8)"),
    "a tenant of Welkin has one": ({"WELKIN_URL": "https://api.example"}, "(900, 8)"),
    "another one": ({"WELKIN_URL": "https://api.example", "WELKIN_CALLS_PER_MINUTE": "300"}, "(300, 8)"),
    "for the sandbox too": ({"WELKIN_CALLS_PER_MINUTE": "600", "WEB_THREADS": "16"}, "(600, 16)"),
}


@pytest.mark.parametrize(("environment", "told"), LIMITS.values(), ids=LIMITS)
def test_how_often_the_api_is_asked(tmp_path: Path, environment: dict[str, str], told: str) -> None:
    found = ask("settings.WELKIN_CALLS_PER_MINUTE, settings.WEB_THREADS", tmp_path, **environment)

    assert found.stdout.strip() == told
