"""From a request to its endpoint and back, whatever serves it."""
