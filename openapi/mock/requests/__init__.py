"""Requests to the mock, and their preferences."""
