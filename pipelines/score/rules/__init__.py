"""Checks that a person declares per workload, as scorers: one family of checks per file."""
