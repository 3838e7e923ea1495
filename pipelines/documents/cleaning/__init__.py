"""Cleaning: idle lines go, documents that break a rule are marked with it, and the funnel tells how many."""
