"""Which answers a model learns from, by each method, how much each counts, and what was left out and why."""
