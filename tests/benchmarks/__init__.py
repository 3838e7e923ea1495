"""Tests of what benchmarks calculate: a wrong figure in public is worse than none."""
