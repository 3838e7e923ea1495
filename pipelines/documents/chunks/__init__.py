"""Passages for retrieval: documents cut where they are cut by nature, embedded, and kept in step with their texts."""
