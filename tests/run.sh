#!/bin/sh
# `make test`: all tests, or those that are named. Browser tests run as a call of their own (an event loop stays in
# their process, and they must not share it with the rest).
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
if [ "$#" -gt 0 ]; then exec "$PYTHON" -m pytest "$@"; fi
"$PYTHON" -m pytest tests --ignore=tests/browser -n "${WORKERS:-2}" --dist=loadscope -q
"$PYTHON" -m pytest tests/browser -q
