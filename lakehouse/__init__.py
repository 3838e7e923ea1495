"""Where data lives and how it moves: Delta tables, contracts, exactly-once writes, lineage; nothing of models."""
