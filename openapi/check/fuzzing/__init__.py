"""Generated requests: Schemathesis, set up and read."""
