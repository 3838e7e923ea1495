"""Tests of what reads documents."""
