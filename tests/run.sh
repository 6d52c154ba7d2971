#!/bin/sh
# `make test`: all tests, or those that are named. Browser tests run as a call of their own (an event loop stays in
# their process, and they must not share it with the rest), beside the others: much of their time is waiting.
set -eu
cd "$(dirname "$0")/.."
PYTHON=${PYTHON:-python3}
# Many processes start in a run: what one has compiled the others need not, whatever the shell says.
unset PYTHONDONTWRITEBYTECODE
if [ "$#" -gt 0 ]; then exec "$PYTHON" -m pytest "$@"; fi
told=$(mktemp)
trap 'rm -f "$told"' EXIT
"$PYTHON" -m pytest tests/browser -q >"$told" 2>&1 &
browser=$!
trap 'kill -TERM "$browser" 2>/dev/null; rm -f "$told"' INT TERM
status=0
# Whether the contest of slots is fair is tried by `make bench`, before it begins.
"$PYTHON" -m pytest tests --ignore=tests/browser --ignore=tests/bench/test_slots.py -n "${WORKERS:-3}" --dist=loadscope --no-loadscope-reorder -q || status=$?
echo "In Chromium:"
wait "$browser" || status=$?
cat "$told"
exit "$status"
