"""Measuring models on prompts that none has learned from, each against the others, with intervals on every number."""
