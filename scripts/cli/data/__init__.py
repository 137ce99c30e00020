"""Commands for the data."""
