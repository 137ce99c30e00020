"""Figures for Prometheus: counted by the workers in files that they share with the parent, which serves them."""
