"""What is served: the gate, the registry, promoting and rolling back, A/B tests, and asking people blindly."""
