"""The one maker of data and of requests."""
