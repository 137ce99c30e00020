"""Serializes, deserializes and coerces parameters (OpenAPI 3.0.3, "Style Values")."""
