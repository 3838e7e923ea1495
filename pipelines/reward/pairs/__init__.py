"""Pairs of answers of which one is better: derived from what is there, and made ready to train a reward model."""
