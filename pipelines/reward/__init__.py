"""Reward models: the pairs that they learn from, their training, and how far they can be trusted."""
