"""Requests to the server under check, one at a time, and what came back."""
