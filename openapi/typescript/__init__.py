"""Contracts and values as TypeScript."""
