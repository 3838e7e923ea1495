"""Scoring: rules, reward models and judges say how good an answer is, each by the same protocol."""
