"""Metrics for Prometheus: the workers count in files that they share with the parent, which serves the metrics."""
