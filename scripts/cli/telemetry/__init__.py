"""Log lines, traces and metrics."""
