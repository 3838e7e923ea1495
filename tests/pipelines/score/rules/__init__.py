"""Checks that need no model."""
