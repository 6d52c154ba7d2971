"""Races, faults and crashes at full size, as one table: `python -m bench.load` (docs/load.md)."""
