"""Scenarios and faults: their file, their choice and their progress."""
