"""Tests of what people say of answers."""
