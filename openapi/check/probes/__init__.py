"""What is tried on a server beside its operations."""
