"""Measurements that anyone can rerun: `python -m benchmarks.NAME`. Ratios within one run, never part of the tests."""
