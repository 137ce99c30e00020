"""Schema Objects: what they say, and whether data keeps them."""
