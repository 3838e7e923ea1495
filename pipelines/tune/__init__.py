"""Tuning: what was scored becomes examples, and a model that learned from them."""
