"""What is served: the gate, the registry, champion and challenger, and A/B tests between the two."""
