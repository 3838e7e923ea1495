"""From figures to what is served: the gate, the registry, promoting and rolling back, and asking people blindly."""
