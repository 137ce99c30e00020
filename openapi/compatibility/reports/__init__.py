"""Reports of a comparison, each of which is made from the same values."""
