"""Passes a request to its endpoint and returns the answer, independently of the transport."""
