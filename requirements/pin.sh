#!/bin/sh
# Makes the pinned files again from pyproject.toml. No address of a package index is written into them.
set -eu
cd "$(dirname "$0")/.."
compile() { uv pip compile --universal --generate-hashes --no-header --no-annotate -q --python-version 3.11 "$@"; }
pin() { compile pyproject.toml "$@"; }
pin -o requirements/run.txt
pin --group prod -c requirements/run.txt -o requirements/prod.txt
pin --group prod --group oidc -c requirements/run.txt -o requirements/oidc.txt
pin --group test -c requirements/run.txt -o requirements/test.txt
pin --group dev -c requirements/test.txt -o requirements/dev.txt
# The libraries that only `make bench` compares with; it installs them into an environment of their own.
compile requirements/bench.in -c requirements/test.txt -o requirements/bench.txt
