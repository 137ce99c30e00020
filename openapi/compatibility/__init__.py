"""Compares two contracts: each change, and what it means for the clients of the older one."""
