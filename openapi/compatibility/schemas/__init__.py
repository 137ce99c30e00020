"""Compares schemas as sets of values."""
