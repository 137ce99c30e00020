"""Data generated from schemas: without I/O, the same for the same seed and key, and validated."""

from openapi.examples.generation.generator import GenerationError, Generator

__all__ = ["GenerationError", "Generator"]
