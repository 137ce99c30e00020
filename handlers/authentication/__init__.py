"""A bearer token becomes a caller."""
