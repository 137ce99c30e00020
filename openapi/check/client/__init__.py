"""The HTTP client of the check: requests to the server, one at a time, and their answers."""
