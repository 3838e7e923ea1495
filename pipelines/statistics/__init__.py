"""Figures with intervals, paired comparisons, shares, many at once, and what a comparison can show: over prompts."""
