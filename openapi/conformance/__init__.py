"""A contract and the address of a server become a verdict."""
