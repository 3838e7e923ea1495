"""Tuning: a model learns from labelled answers, best answers, pairs, single answers or groups of answers."""
