"""`python -m scheduling.sandbox serve|seed|load`: the sandbox alone, with its own settings and database."""

import argparse
import json
import os
import sys
from datetime import date
from pathlib import Path

from .listening import CannotListen, listen

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    whole = argparse.ArgumentParser(prog="sandbox", description="An embedded server of the Welkin V8 calendar API.")
    verbs = whole.add_subparsers(dest="verb", required=True)
    serve = verbs.add_parser("serve", help="serve until ended")
    serve.add_argument("--port", type=int, default=8001, help="0 is one the system gives")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--test-control", action="store_true", help="let tests make tenants (loopback only)")
    serve.add_argument("--faults", action="store_true", help="let tests make it fail (loopback only)")
    seed = verbs.add_parser("seed", help="load the invented clinic into the default tenant")
    seed.add_argument("--clinicians", type=int, default=24)
    seed.add_argument("--weeks", type=int, default=12)
    seed.add_argument("--seed", type=int, default=1)
    seed.add_argument("--from", dest="today", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    load = verbs.add_parser("load", help="load a workload file into the default tenant")
    load.add_argument("--file", type=Path, required=True)
    for verb in (serve, seed, load):
        verb.add_argument("--data", type=Path, default=Path("var/sandbox"))
    for verb in (seed, load):
        verb.add_argument("--again", action="store_true", help="add only what is missing")
    return whole


def prepare(options: argparse.Namespace) -> None:
    """Data folder, environment, Django, migrations."""
    from .folder import make_private

    os.umask(0o077)
    try:
        make_private(options.data)
    except OSError as error:
        sys.exit(f"Cannot use {options.data} as the data folder: {error.strerror}.")
    os.environ["SANDBOX_DATA"] = str(options.data.resolve())
    os.environ["SANDBOX_HOST"] = getattr(options, "host", "127.0.0.1")
    os.environ["SANDBOX_TEST_CONTROL"] = str(getattr(options, "test_control", False))
    os.environ["SANDBOX_FAULTS"] = str(getattr(options, "faults", False))
    os.environ["DJANGO_SETTINGS_MODULE"] = "scheduling.sandbox.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill(options: argparse.Namespace) -> None:
    """Seed or load, and tell what was added as one line of JSON."""
    from . import seeding, tenants, workload

    _credentials, instance = tenants.default(options.data)
    try:
        if options.verb == "seed":
            counts = {"clinicians": options.clinicians, "weeks": options.weeks, "number": options.seed}
            told = seeding.seed(instance, **counts, today=options.today, again=options.again)
        else:
            told = seeding.load(instance, workload.read(options.file), again=options.again)
    except workload.WorkloadError as sentence:
        sys.exit(str(sentence))
    print(json.dumps(told))  # noqa: T201 (the answer to the caller)


def main() -> None:
    options = parser().parse_args()
    if options.verb == "serve" and options.host not in LOOPBACK:
        for flag in ("test_control", "faults"):
            if getattr(options, flag):
                sys.exit(f"--{flag.replace('_', '-')} works on a loopback address only.")
    if options.verb != "serve":
        prepare(options)
        fill(options)
        return
    try:
        listener = listen(options.host, options.port)
    except CannotListen as sentence:
        sys.exit(str(sentence))
    prepare(options)
    from .serving import serve

    serve(listener, options.host, options.data)


if __name__ == "__main__":
    main()
