"""From a request to its endpoint and back, whatever transports it."""
