"""The contract, and everything that follows from it alone.

Nothing here imports `handlers`, `store` or `scripts`: the engine is handed what it needs, so it serves
any OpenAPI 3.0 document.
"""
