"""One process of a fleet, with `DATABASE_URL`: takes calls at a clock that stands still and prints how many it got."""

import json
import sys
import threading

import django

TRIES, THREADS = 60, 4


def main(limit: int, part: int) -> None:
    django.setup()
    from scheduling.services.call_budget import PART_SECONDS, FleetBudget

    own, got = FleetBudget("k" * 64, limit, wall=lambda: part * PART_SECONDS), []

    def take(urgent: bool) -> None:
        got.extend(urgent for _ in range(TRIES) if own.take(urgent=urgent) == 0)

    for urgent in (False, True):
        threads = [threading.Thread(target=take, args=(urgent,)) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    own.close()
    sys.stdout.write(json.dumps({"reads": got.count(False), "changes": got.count(True)}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
