"""Probes of a server, in addition to the requests of its operations."""
