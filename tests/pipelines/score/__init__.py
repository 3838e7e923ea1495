"""What scores answers."""
