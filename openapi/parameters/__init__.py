"""Parameters on the wire and as values, both ways (OpenAPI 3.0.3, "Style Values")."""
