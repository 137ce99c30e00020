"""The import format: read, checked, with the place of each problem."""
