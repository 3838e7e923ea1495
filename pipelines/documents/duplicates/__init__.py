"""Duplicate documents: exact copies, near ones, and paragraphs that many share; one of each cluster is kept."""
