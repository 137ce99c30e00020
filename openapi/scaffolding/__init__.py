"""What a contract needs in Python: types, coroutines, tests and promises, as source text."""
