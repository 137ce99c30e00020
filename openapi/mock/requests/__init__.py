"""A request as the mock sees it."""
