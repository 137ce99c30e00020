"""What the mock answers."""
