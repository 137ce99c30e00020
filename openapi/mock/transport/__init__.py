"""HTTP/1.1 of the mock: protocol, connections, CORS and hosts."""
