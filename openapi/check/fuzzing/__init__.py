"""Generated requests: the configuration of Schemathesis, and its results."""
