"""Data made from schemas: pure, the same for the same seed and key, and checked before it is handed out."""

from openapi.examples.generation.generator import GenerationError, Generator

__all__ = ["GenerationError", "Generator"]
