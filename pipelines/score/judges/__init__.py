"""Judges: a language model that rates answers by a rubric in plain words."""
