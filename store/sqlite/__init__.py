"""The store in a SQLite file, with sqlite-utils."""
