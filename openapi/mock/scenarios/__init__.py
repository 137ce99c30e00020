"""Scenarios and faults: what is chosen, and how far it is."""
