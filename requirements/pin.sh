#!/bin/sh
# Makes the pinned files again from pyproject.toml. No address of a package index is written into them.
set -eu
cd "$(dirname "$0")/.."
pin() { uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate -q --python-version 3.11 "$@"; }
pin -o requirements/run.txt
pin --group prod -c requirements/run.txt -o requirements/prod.txt
pin --group test -c requirements/run.txt -o requirements/test.txt
pin --group dev -c requirements/test.txt -o requirements/dev.txt
