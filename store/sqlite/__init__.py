"""The store in a SQLite file, through sqlite-utils."""
