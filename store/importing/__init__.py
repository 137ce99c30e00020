"""The import format: reading and validation, with the position of each problem."""
