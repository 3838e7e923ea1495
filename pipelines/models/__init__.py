"""Models: where weights come from, what they are known by, and how they are loaded."""
