"""Calibrating a judge from a few rated answers: its mapping, its agreement with people, and whether it is certified."""
