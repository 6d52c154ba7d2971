"""Benchmarks: `make bench` runs them, docs/bench.md tells what they measure."""
