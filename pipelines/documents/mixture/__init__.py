"""Mixtures: how much of each collection a model reads, drawn by hashes alone."""
