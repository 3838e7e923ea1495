"""Candidate answers: which ones are missing, drawn by several strategies, staged by actors and merged by key."""
