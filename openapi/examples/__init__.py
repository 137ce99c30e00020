"""Examples of a contract: declared ones, and generated data and requests."""
